package access

import (
	"docket/app/desk"
)

// Lanes of the knowledge base.
const (
	sHelp = "s/help"
	cHelp = "c/help"
)

// IsHelp reports whether a lane is one of the knowledge base.
func IsHelp(l desk.LaneID) bool {
	return l == sHelp || l == cHelp || len(l) > len(cHelp) && l[:len(cHelp)+1] == cHelp+"/"
}

// helpFor gives the lanes of the knowledge base that a listens to.
func helpFor(a desk.Actor) []desk.LaneID {
	if a.Role.Staff() {
		return []desk.LaneID{sHelp}
	}
	lanes := []desk.LaneID{cHelp}
	for _, m := range a.Memberships {
		if m.Org != "" {
			lanes = append(lanes, cHelp+"/"+desk.LaneID(m.Org))
		}
	}
	return lanes
}

// helpLane is the customers' lane of what is for these readers; "" where it is
// for none of them.
func helpLane(r desk.Readers, org desk.OrgID) desk.LaneID {
	switch {
	case r == desk.ReadersPublic, r == desk.ReadersCustomers:
		return cHelp
	case r == desk.ReadersOrg && org != "":
		return cHelp + "/" + desk.LaneID(org)
	}
	return ""
}

// ArticleLane is the one customers' lane an article is told in; "" for none.
func ArticleLane(a *desk.Article) desk.LaneID {
	if !a.IsLive() {
		return ""
	}
	return helpLane(a.Live.Readers, a.Live.Org)
}

// EarlierLane is the customers' lane in which it is told what an article said
// before: the article's, where those who read it there could read that, too.
func EarlierLane(a *desk.Article, e desk.Earlier) desk.LaneID {
	is, was := ArticleLane(a), helpLane(e.Live.Readers, e.Live.Org)
	if was == is || was == cHelp {
		return is
	}
	return ""
}

// SectionLane is the customers' lane a section is told in; "" for none.
func SectionLane(s desk.Section) desk.LaneID { return helpLane(s.Readers, s.Org) }

// Within reports whether everybody whom an article is for may know its section.
func Within(w desk.Writing, s desk.Section) bool {
	is := helpLane(w.Readers, w.Org)
	return is == "" || SectionLane(s) == cHelp || SectionLane(s) == is
}

// reads reports whether a hears of what is told in a customers' lane.
func reads(a desk.Actor, l desk.LaneID) bool {
	if a.Role != desk.Customer || a.Person == "" {
		return false
	}
	for _, x := range helpFor(a) {
		if x == l {
			return true
		}
	}
	return false
}

// CanReadArticle reports whether a has an article, beside what they contributed.
func CanReadArticle(a desk.Actor, x *desk.Article) bool {
	if a.Role.Staff() {
		return a.Person != "" && x.Shown()
	}
	return reads(a, ArticleLane(x))
}

// CanReadArticleFile reports whether a has a file of an article: with what they
// read of it now, with what it said before as far as they are told that, or with
// what they contributed themselves.
func CanReadArticleFile(a desk.Actor, x *desk.Article, before []desk.Earlier, h desk.BlobHash) bool {
	if x == nil {
		return false
	}
	if a.Role.Staff() {
		if !CanReadArticle(a, x) {
			return false
		}
		for _, e := range before {
			if carries(e.Live.Files, h) {
				return true
			}
		}
		return carries(x.Files(), h)
	}
	if ownArticle(a, x) && carries(x.Contributed.Files, h) {
		return true
	}
	if CanReadArticle(a, x) && carries(x.Live.Files, h) {
		return true
	}
	for _, e := range before {
		if reads(a, EarlierLane(x, e)) && carries(e.Live.Files, h) {
			return true
		}
	}
	return false
}

func carries(files []desk.Attachment, h desk.BlobHash) bool {
	for _, f := range files {
		if f.Hash == h {
			return true
		}
	}
	return false
}

// ownArticle reports whether a is the customer who contributed an article.
func ownArticle(a desk.Actor, x *desk.Article) bool {
	return a.Role == desk.Customer && x.Contributed != nil && x.By == a.Person
}

// MayQuote reports whether what an article says may be put into what these
// customers read: where it is for everybody, or for each of them.
func MayQuote(x *desk.Article, readers []desk.Actor) bool {
	if x.IsLive() && x.Live.Readers == desk.ReadersPublic {
		return true
	}
	for _, a := range readers {
		if a.Role.Staff() || !CanReadArticle(a, x) {
			return false
		}
	}
	return len(readers) > 0
}

// CanReadSection reports whether a has a section.
func CanReadSection(a desk.Actor, s *desk.Section) bool {
	return s != nil && a.Person != "" && (a.Role.Staff() || reads(a, SectionLane(*s)))
}

// noArticle is the one answer about an article that is not there or not theirs.
func noArticle() *desk.Error {
	return &desk.Error{Code: desk.CodeNotFound, Field: "article", Message: "There is no such article, or you cannot see it any more.", Hint: "Look for it in Help, or ask the support desk."}
}

// leads reports whether a decides what readers have.
func leads(a desk.Actor) bool { return a.Role == desk.Lead || a.Role == desk.Admin }

// canHelp is Can for the knowledge base: who it is at all. About which article is
// for MayArticle.
func canHelp(a desk.Actor, k desk.CommandKind) error {
	switch {
	case a.Person == "" || a.Role != desk.Customer && !a.Role.Staff():
		return noArticle()
	case k == desk.CmdVoteArticle && a.Role.Staff(): // the team does not say how it was
		return denied("Whether an article helps is for its readers to say.", "Change it, or write a comment.")
	case k == desk.CmdSettleComment && a.Role == desk.Customer:
		return noArticle()
	case k == desk.CmdSaveSection && a.Role == desk.Customer:
		return noArticle()
	case k == desk.CmdSaveSection && !leads(a):
		return denied("Sections are for a lead to keep.", "Ask a lead of your department.")
	}
	return nil
}

// MayArticle refuses what a may not do to an article as it stands, nil for one
// that is not there yet. step is that of a MoveArticle.
func MayArticle(a desk.Actor, k desk.CommandKind, step desk.ArticleStep, x *desk.Article) error {
	if err := canHelp(a, k); err != nil {
		return err
	}
	own := x != nil && ownArticle(a, x)
	mine := own && !x.Contributed.Sent
	switch {
	case k == desk.CmdWriteArticle && (x == nil || mine), k == desk.CmdMoveArticle && step == desk.StepDrop && mine:
		return nil
	case own && (k == desk.CmdWriteArticle || k == desk.CmdMoveArticle):
		return denied("It is with the support desk now.", "Write a comment, or wait until it is published or comes back.")
	case !CanReadArticle(a, x):
		return noArticle()
	case k == desk.CmdWriteArticle && !a.Role.Staff(), k == desk.CmdMoveArticle && !a.Role.Staff():
		return denied("Only the support desk can change this article.", "Write a comment saying what is wrong or missing.")
	case k == desk.CmdMoveArticle && step != desk.StepSend && step != desk.StepDrop && !leads(a):
		return denied("A lead decides what readers have.", "Send it for review.")
	}
	return nil
}

// helpedFrom are the counts that customers are told: the largest that was
// reached. Below five, one of few colleagues could be told from the count; and so
// a vote tells every reader of an article something in few cases only.
var helpedFrom = []uint32{1000, 500, 200, 100, 50, 20, 10, 5}

// Helped is how many at least an article has helped, as customers are told; 0 for
// too few.
func Helped(t desk.Tally) uint32 { return atLeast(t.Yes) }

// Viewed is how many at least read an article, as who contributed it is told; 0 for
// too few.
func Viewed(t desk.Tally) uint32 { return atLeast(t.Views) }

func atLeast(is uint32) uint32 {
	for _, n := range helpedFrom {
		if is >= n {
			return n
		}
	}
	return 0
}

// CustomerArticle is the customers' form of an article that is live. It is an
// allow-list: no draft, no note, nobody's name, no count of what came before.
func CustomerArticle(a *desk.Article, t desk.Tally) desk.CustomerArticle {
	return desk.CustomerArticle{
		ID: a.ID, Live: customerWriting(a.Live), Published: a.Published, Changed: a.Changed, Reviewed: a.Reviewed, Helped: Helped(t),
	}
}

// CustomerEarlier is the customers' form of what an article said before.
func CustomerEarlier(e desk.Earlier) desk.CustomerEarlier {
	return desk.CustomerEarlier{Article: e.Article, Live: customerWriting(e.Live), Published: e.Published, Changed: e.Changed, Until: e.Until}
}

func customerWriting(w desk.Writing) desk.CustomerWriting {
	return desk.CustomerWriting{Section: w.Section, Title: w.Title, Text: w.Text, Language: w.Language, Readers: w.Readers, Org: w.Org, Files: w.Files}
}

// OwnArticle is what a customer has of what they contributed: their own text and
// how far it is. That it is published they are told once they may read it.
func OwnArticle(a *desk.Article, author desk.Actor, t desk.Tally) desk.OwnArticle {
	o := desk.OwnArticle{Article: a.ID, State: desk.ArticleDraft, Contribution: *a.Contributed}
	switch {
	case CanReadArticle(author, a):
		o.State, o.Views = desk.ArticlePublished, Viewed(t)
	case a.Contributed.Sent:
		o.State = desk.ArticleReview
	}
	return o
}

// CustomerComment is what its author has of a comment.
func CustomerComment(c desk.Comment) desk.CustomerComment {
	return desk.CustomerComment{ID: c.ID, Article: c.Article, At: c.At, Text: c.Text}
}
