package desk

import (
	"slices"
	"strconv"
	"time"
)

// The kinds of reference data of the knowledge base. They travel in lanes of
// their own: s/help for the team, c/help for every customer, c/help/<org> for an
// organization; what is one person's in that person's own lane.
const (
	// RefSection is a Section, RefArticle an Article (staff) or CustomerArticle.
	RefSection RefKind = "section"
	RefArticle RefKind = "article"
	// RefEarlier is an Earlier: what an article said before.
	RefEarlier RefKind = "earlier"
	// RefTally is a Tally; staff only.
	RefTally RefKind = "tally"
	// RefComment is a Comment (staff), or a CustomerComment in its author's own lane.
	RefComment RefKind = "comment"
	// RefVote is a Vote, RefContributed an OwnArticle, in their person's own lane.
	RefVote        RefKind = "vote"
	RefContributed RefKind = "contributed"
	// RefSeen is a Seen, in its person's own lane and nowhere else.
	RefSeen RefKind = "seen"
)

type (
	// ArticleID names an article: a UUID made by whoever wrote it first.
	ArticleID string
	// SectionID names a section: a short name, as of a department.
	SectionID string
)

// Readers is whom something of the knowledge base is for.
type Readers string

// Whom it is for. What is public may be passed on to anybody; what is for
// customers only to those of the desk.
const (
	ReadersPublic    Readers = "public"
	ReadersCustomers Readers = "customers"
	ReadersOrg       Readers = "org" // one organization
	ReadersStaff     Readers = "staff"
)

// ArticleState is how far an article is.
type ArticleState string

// The states. A published article stays that while a change to it is written.
const (
	ArticleDraft     ArticleState = "draft"
	ArticleReview    ArticleState = "review"
	ArticlePublished ArticleState = "published"
	ArticleRetired   ArticleState = "retired"
)

// Section holds articles about one matter.
type Section struct {
	ID   SectionID `json:"id"`
	Name string    `json:"name"`
	// For says what is in it.
	For     string  `json:"for,omitempty"`
	Readers Readers `json:"readers"`
	Org     OrgID   `json:"org,omitempty"`
	// Rank is its place among the others, the least first.
	Rank int64 `json:"rank,omitempty"`
}

// Writing is what an article says and for whom.
type Writing struct {
	Section  SectionID `json:"section,omitempty"`
	Title    string    `json:"title"`
	Text     string    `json:"text,omitempty"` // Markdown
	Language string    `json:"language,omitempty"`
	Tags     []string  `json:"tags,omitempty"` // the team's
	Readers  Readers   `json:"readers,omitempty"`
	Org      OrgID     `json:"org,omitempty"`
	// Files come with the text, which may show a picture by its name.
	Files []Attachment `json:"files,omitempty"`
}

// Article is a text of the knowledge base, as the team has it.
type Article struct {
	ID ArticleID `json:"id"`
	// Edit counts what was written and decided, so that nobody overwrites or
	// publishes what they have not seen.
	Edit    uint64    `json:"edit"`
	By      PersonID  `json:"by"`
	ByName  string    `json:"by_name,omitempty"`
	Created time.Time `json:"created"`
	// Live is what its readers have, Published since when, PublishedBy by whom, and
	// Changed says what is new in it; with none, it never was published.
	Live        Writing   `json:"live,omitzero"`
	Published   time.Time `json:"published,omitzero"`
	PublishedBy PersonID  `json:"published_by,omitempty"`
	Changed     string    `json:"changed,omitempty"`
	// Was is since when it said what it said before, oldest first; see Earlier.
	Was []time.Time `json:"was,omitempty"`
	// Reviewed is when somebody last said that it holds; publishing says so.
	Reviewed time.Time `json:"reviewed,omitzero"`
	// Draft is what is written and not published; nil for nothing.
	Draft *Drafted `json:"draft,omitempty"`
	// Retired is when it was taken from its readers.
	Retired time.Time `json:"retired,omitzero"`
	// Why says why it was retired or sent back; the team's.
	Why string `json:"why,omitempty"`
	// Contributed is what a customer wrote; nil for what the team wrote itself.
	Contributed *Contribution `json:"contributed,omitempty"`
}

// Drafted is what is written of an article and not published.
type Drafted struct {
	Writing
	By     PersonID  `json:"by"`
	ByName string    `json:"by_name,omitempty"`
	At     time.Time `json:"at"`
	// Sent says that it waits for review.
	Sent bool `json:"sent,omitempty"`
}

// Contribution is the text a customer wrote, as they wrote it: what the team
// makes of it is the article's draft. Until it is Sent it is theirs alone.
type Contribution struct {
	// Edit is as an article's, of what its author may know of alone.
	Edit    uint64    `json:"edit"`
	Title   string    `json:"title"`
	Text    string    `json:"text,omitempty"`
	Section SectionID `json:"section,omitempty"`
	// Files are those they sent with it.
	Files []Attachment `json:"files,omitempty"`
	At    time.Time    `json:"at"`
	Sent  bool         `json:"sent,omitempty"`
	// Reason is why it came back, for its author.
	Reason string `json:"reason,omitempty"`
}

// IsLive reports whether its readers have it.
func (a *Article) IsLive() bool { return a != nil && !a.Published.IsZero() && a.Retired.IsZero() }

// Shown reports whether the team has it: what a customer has not sent is theirs.
func (a *Article) Shown() bool {
	return a != nil && (a.Draft != nil || !a.Published.IsZero() || a.Contributed == nil)
}

// Files are all that an article names now: with what its readers have, with the
// draft, and with what a customer contributed. What it named before is with its
// Earlier.
func (a *Article) Files() []Attachment {
	if a == nil {
		return nil
	}
	out := slices.Clone(a.Live.Files)
	if a.Draft != nil {
		out = append(out, a.Draft.Files...)
	}
	if a.Contributed != nil {
		out = append(out, a.Contributed.Files...)
	}
	return out
}

// State is how far it is.
func (a *Article) State() ArticleState {
	switch {
	case !a.Retired.IsZero():
		return ArticleRetired
	case !a.Published.IsZero():
		return ArticlePublished
	case a.Draft != nil && a.Draft.Sent:
		return ArticleReview
	}
	return ArticleDraft
}

// CustomerArticle is what an article's readers among the customers have of it.
// It has the keys of Article, and no count that something internal moves.
type CustomerArticle struct {
	ID        ArticleID       `json:"id"`
	Live      CustomerWriting `json:"live"`
	Published time.Time       `json:"published"`
	Changed   string          `json:"changed,omitempty"`
	Reviewed  time.Time       `json:"reviewed,omitzero"`
	// Helped is how many at least it has helped; see access.Helped.
	Helped uint32 `json:"helped,omitempty"`
}

// CustomerWriting is what of a Writing its readers have.
type CustomerWriting struct {
	Section  SectionID `json:"section,omitempty"`
	Title    string    `json:"title"`
	Text     string    `json:"text,omitempty"`
	Language string    `json:"language,omitempty"`
	Readers  Readers   `json:"readers"`
	Org      OrgID     `json:"org,omitempty"`
	// Files come with the text.
	Files []Attachment `json:"files,omitempty"`
}

// Earlier is what an article said from Published until Until. It is kept with
// whom it was for, and told to nobody whom it was not for.
type Earlier struct {
	Article   ArticleID `json:"article"`
	Live      Writing   `json:"live"`
	Published time.Time `json:"published"`
	By        PersonID  `json:"by,omitempty"`
	Changed   string    `json:"changed,omitempty"`
	Until     time.Time `json:"until"`
}

// EarlierRef names, as reference data, what an article said from at on.
func EarlierRef(a ArticleID, at time.Time) string {
	return string(a) + "/" + strconv.FormatInt(at.UnixMilli(), 10)
}

// CustomerEarlier is what customers have of it.
type CustomerEarlier struct {
	Article   ArticleID       `json:"article"`
	Live      CustomerWriting `json:"live"`
	Published time.Time       `json:"published"`
	Changed   string          `json:"changed,omitempty"`
	Until     time.Time       `json:"until"`
}

// EditFor is the Edit that somebody has an article at.
func (a *Article) EditFor(who Actor) uint64 {
	if !who.Role.Staff() && a.Contributed != nil {
		return a.Contributed.Edit
	}
	return a.Edit
}

// MaxTried is how many articles that did not help a request brings along.
const MaxTried = 10

// MaxEarlier is how many earlier texts of an article are kept.
const MaxEarlier = 20

// Tally is what readers made of an article.
type Tally struct {
	Article ArticleID `json:"article"`
	Yes     uint32    `json:"yes,omitempty"`
	No      uint32    `json:"no,omitempty"`
	// Solved is how often it made a request needless.
	Solved uint32 `json:"solved,omitempty"`
	// Views is how many customers read it.
	Views uint32 `json:"views,omitempty"`
}

// Seen is what of an article its person last read. Nobody else is told.
type Seen struct {
	Article   ArticleID `json:"article"`
	Published time.Time `json:"published"`
	At        time.Time `json:"at"`
}

// Vote is what one reader made of an article. There is one of each, and it can
// be changed.
type Vote struct {
	Article ArticleID `json:"article"`
	Person  PersonID  `json:"person"`
	Helpful bool      `json:"helpful,omitempty"`
	// Solved says that it made a request needless.
	Solved bool      `json:"solved,omitempty"`
	At     time.Time `json:"at"`
}

// OwnArticle is what a customer contributed, in their own lane.
type OwnArticle struct {
	Article ArticleID    `json:"article"`
	State   ArticleState `json:"state"`
	// Views is how many at least read it; see access.Viewed.
	Views uint32 `json:"views,omitempty"`
	Contribution
}

// Comment is what somebody wrote about an article. The team and its author read
// it, nobody else.
type Comment struct {
	ID      CommandID `json:"id"`
	Article ArticleID `json:"article"`
	By      PersonID  `json:"by"`
	ByName  string    `json:"by_name,omitempty"`
	At      time.Time `json:"at"`
	Text    string    `json:"text"`
	// Done is when the team was done with it, Ticket what it became.
	Done   time.Time `json:"done,omitzero"`
	Ticket TicketID  `json:"ticket,omitempty"`
}

// CustomerComment is what its author has of their comment.
type CustomerComment struct {
	ID      CommandID `json:"id"`
	Article ArticleID `json:"article"`
	At      time.Time `json:"at"`
	Text    string    `json:"text"`
}

// Help is what a rule needs to know of the knowledge base: the article and the
// section a command is about as they stand, what its author made of it before,
// and the comment it settles. What is not there is nil.
type Help struct {
	Article *Article
	Section *Section
	Vote    *Vote
	Comment *Comment
	// Seen is what of the article they read before.
	Seen *Seen
	// Within are the published articles of the section that is saved.
	Within []Article
}

// HelpChange is what a command did in the knowledge base.
type HelpChange struct {
	Article *Article
	// Gone is the article that is no more.
	Gone ArticleID
	// Was is what it said until now, where that was replaced.
	Was     *Earlier
	Section *Section
	// Dropped is the section that is no more.
	Dropped SectionID
	Vote    *Vote
	Comment *Comment
	Follow  *Follow
	// Seen is what of an article they read, Viewed that it counts.
	Seen   *Seen
	Viewed bool
}
