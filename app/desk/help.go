package desk

import "time"

// The commands of the knowledge base; see the types of their arguments. None is
// about a ticket, so an id of their own stands in its place.
const (
	CmdWriteArticle   CommandKind = "write_article"
	CmdMoveArticle    CommandKind = "move_article"
	CmdVoteArticle    CommandKind = "vote_article"
	CmdCommentArticle CommandKind = "comment_article"
	CmdSettleComment  CommandKind = "settle_comment"
	CmdFollowArticle  CommandKind = "follow_article"
	CmdSaveSection    CommandKind = "save_section"
	CmdReadArticle    CommandKind = "read_article"
)

// What of the knowledge base can be followed; see SetFollow for tickets. Each has
// the levels FollowAll, told at once, and FollowDigest, told once a day.
const (
	FollowArticle FollowWhat = "article"
	FollowSection FollowWhat = "section"

	FollowDigest FollowLevel = "digest"
)

// WriteArticle writes an article, or what a customer contributes. Edit is that of
// the article its author had before them, 0 for a new one. With Send it goes for
// review. Customers say title, text and section alone; the rest is the team's.
type WriteArticle struct {
	Article ArticleID `json:"article"`
	Edit    uint64    `json:"edit,omitempty"`
	Writing Writing   `json:"writing"`
	Send    bool      `json:"send,omitempty"`
}

// ArticleStep is what is decided on an article.
type ArticleStep string

// The steps.
const (
	StepSend     ArticleStep = "send"     // the draft waits for review
	StepReturn   ArticleStep = "return"   // it goes back to who wrote it
	StepPublish  ArticleStep = "publish"  // the draft is what readers have
	StepReviewed ArticleStep = "reviewed" // what readers have still holds
	StepRetire   ArticleStep = "retire"   // readers have it no more
	StepDrop     ArticleStep = "drop"     // the draft goes
)

// MoveArticle decides on an article as it stood at Edit. Reason is, with
// StepReturn, why, for who wrote it; with StepPublish what is new, for the
// readers; with StepRetire why, for the team.
type MoveArticle struct {
	Article ArticleID   `json:"article"`
	Edit    uint64      `json:"edit"`
	Step    ArticleStep `json:"step"`
	Reason  string      `json:"reason,omitempty"`
}

// VoteArticle says whether an article helped; customers only. Solved says that
// its author was about to open a request and need not any more.
type VoteArticle struct {
	Article ArticleID `json:"article"`
	Helpful bool      `json:"helpful,omitempty"`
	Solved  bool      `json:"solved,omitempty"`
}

// CommentArticle writes about an article to the team. The comment has the
// command's id.
type CommentArticle struct {
	Article ArticleID `json:"article"`
	Text    string    `json:"text"`
}

// SettleComment says that the team is done with a comment, and what ticket was
// made of it, if one was.
type SettleComment struct {
	Comment CommandID `json:"comment"`
	Ticket  TicketID  `json:"ticket,omitempty"`
}

// SetArticleFollow says how much its author wants to hear of an article or of a
// section; the usual level ends it.
type SetArticleFollow struct {
	Article ArticleID   `json:"article,omitempty"`
	Section SectionID   `json:"section,omitempty"`
	Level   FollowLevel `json:"level,omitempty"`
}

// SaveSection keeps a section as it is here, or with Drop ends an empty one.
type SaveSection struct {
	Section Section `json:"section"`
	Drop    bool    `json:"drop,omitempty"`
}

// ReadArticle notes that its author read an article as it was published then, so
// that they are shown what changed since, and customers are counted once.
type ReadArticle struct {
	Article   ArticleID `json:"article"`
	Published time.Time `json:"published"`
}

// Kind implements Args.
func (ReadArticle) Kind() CommandKind { return CmdReadArticle }

// Marks reports whether a command only notes that something was read: nobody wrote
// it, and whatever came of it is over.
func (k CommandKind) Marks() bool { return k == CmdRead || k == CmdReadArticle }

// Kind implements Args.
func (WriteArticle) Kind() CommandKind { return CmdWriteArticle }

// Kind implements Args.
func (MoveArticle) Kind() CommandKind { return CmdMoveArticle }

// Kind implements Args.
func (VoteArticle) Kind() CommandKind { return CmdVoteArticle }

// Kind implements Args.
func (CommentArticle) Kind() CommandKind { return CmdCommentArticle }

// Kind implements Args.
func (SettleComment) Kind() CommandKind { return CmdSettleComment }

// Kind implements Args.
func (SetArticleFollow) Kind() CommandKind { return CmdFollowArticle }

// Kind implements Args.
func (SaveSection) Kind() CommandKind { return CmdSaveSection }

// Helps reports whether a command of kind k is about the knowledge base.
func (k CommandKind) Helps() bool {
	switch k {
	case CmdWriteArticle, CmdMoveArticle, CmdVoteArticle, CmdCommentArticle, CmdSettleComment, CmdFollowArticle, CmdSaveSection, CmdReadArticle:
		return true
	}
	return false
}

// ArticleOf is the article args are about; "" for a section or a comment.
func ArticleOf(args Args) ArticleID {
	switch a := args.(type) {
	case WriteArticle:
		return a.Article
	case MoveArticle:
		return a.Article
	case VoteArticle:
		return a.Article
	case CommentArticle:
		return a.Article
	case SetArticleFollow:
		return a.Article
	case ReadArticle:
		return a.Article
	}
	return ""
}

// SectionOf is the section args are about or put an article into, which for one
// that is brought back is where it was; "" for none.
func SectionOf(args Args, of *Article) SectionID {
	switch a := args.(type) {
	case WriteArticle:
		return a.Writing.Section
	case MoveArticle:
		switch {
		case of == nil:
		case of.Draft != nil:
			return of.Draft.Section
		default:
			return of.Live.Section
		}
	case SetArticleFollow:
		return a.Section
	case SaveSection:
		return a.Section.ID
	}
	return ""
}
