package app

import (
	"cmp"
	"slices"
	"strings"

	"docket/app/desk"
	"docket/app/desk/access"
	"docket/app/desk/policy"
	"docket/app/language"
)

// HelpInfo is the knowledge base as its reader has it.
type HelpInfo struct {
	Sections []SectionInfo `json:"sections"`
	Articles []ArticleRow  `json:"articles"`
	// Writes says that the reader is one of the team's, Decides that they decide
	// what readers have.
	Writes  bool `json:"writes"`
	Decides bool `json:"decides"`
	// Orgs are those something can be for; the team's.
	Orgs []Option `json:"orgs"`
}

// SectionInfo is a section of it.
type SectionInfo struct {
	ID      string `json:"id"`
	Name    string `json:"name"`
	For     string `json:"for"`
	Readers string `json:"readers"`
	Org     string `json:"org"`
	OrgName string `json:"orgName"`
	// Follow is how much the reader wants to hear of it: all, digest or "".
	Follow string `json:"follow"`
}

// ArticleRow is an article in a list.
type ArticleRow struct {
	ID      string `json:"id"`
	Section string `json:"section"`
	Title   string `json:"title"`
	State   string `json:"state"`
	Readers string `json:"readers"`
	OrgName string `json:"orgName"`
	// Published and Reviewed are times, "" for never; Old says that nobody looked
	// at it for long.
	Published string `json:"published"`
	Reviewed  string `json:"reviewed"`
	Old       bool   `json:"old"`
	Language  string `json:"language"`
	Follow    string `json:"follow"`
	// Mine says that the reader wrote or contributed it; Waits that something of
	// theirs about it is in the outbox; Changing that a draft is there beside it.
	Mine     bool `json:"mine"`
	Waits    bool `json:"waits"`
	Changing bool `json:"changing"`
	// Helped is how many at least it helped; the others are the team's.
	Helped   int `json:"helped"`
	Yes      int `json:"yes"`
	No       int `json:"no"`
	Solved   int `json:"solved"`
	Comments int `json:"comments"`
	// Views is how many customers read it: the team's, and at least so many of what
	// the reader contributed.
	Views int `json:"views"`
}

// ArticleInfo is an article that is opened.
type ArticleInfo struct {
	ArticleRow
	Text string `json:"text"`
	// Files come with the text; they are fetched as those of "article/" and its id.
	Files   []FileInfo `json:"files"`
	Tags    []string   `json:"tags"`
	Org     string     `json:"org"`
	By      string     `json:"by"`
	Changed string     `json:"changed"`
	Why     string     `json:"why"`
	// Edit is what a change of it has to name.
	Edit int `json:"edit"`
	// Kept is when the server last confirmed what is here, "" where that was within a
	// day.
	Kept string `json:"kept"`
	// Read is of when what they last read of it is, "" for nothing.
	Read string `json:"read"`
	// Vote is yes, no or "".
	Vote string `json:"vote"`
	// Draft is what is written and not published, or what the reader contributed
	// and may still change; null for nothing.
	Draft    *ArticleDraft `json:"draft"`
	Earlier  []EarlierInfo `json:"earlier"`
	Related  []ArticleRow  `json:"related"`
	Comments []CommentInfo `json:"said"`
	// Can are the steps the reader may decide on now; see MoveArticle. "write" and
	// "vote" are among them.
	Can []string `json:"can"`
}

// ArticleDraft is what somebody writes.
type ArticleDraft struct {
	ID       string   `json:"id"`
	Edit     int      `json:"edit"`
	Section  string   `json:"section"`
	Title    string   `json:"title"`
	Text     string   `json:"text"`
	Language string   `json:"language"`
	Tags     []string `json:"tags"`
	Readers  string   `json:"readers"`
	Org      string   `json:"org"`
	// Files are those it has; asked for are their hashes alone.
	Files []FileInfo `json:"files"`
	// By, At, Sent and Reason are told, and not asked.
	By     string `json:"by"`
	At     string `json:"at"`
	Sent   bool   `json:"sent"`
	Reason string `json:"reason"`
}

// EarlierInfo is what an article said before.
type EarlierInfo struct {
	Title     string `json:"title"`
	Text      string `json:"text"`
	Published string `json:"published"`
	Until     string `json:"until"`
	Changed   string `json:"changed"`
	// Files are those it had.
	Files []FileInfo `json:"files"`
}

// CommentInfo is a comment on an article.
type CommentInfo struct {
	ID     string `json:"id"`
	By     string `json:"by"`
	Who    string `json:"who"`
	At     string `json:"at"`
	Text   string `json:"text"`
	Done   bool   `json:"done"`
	Ticket string `json:"ticket"`
	Waits  bool   `json:"waits"`
}

// Help gives the knowledge base: sections in their order, and articles as they
// stand in a list, those nobody looked at for long last.
func (a *API) Help() (HelpInfo, error) {
	s, err := a.session()
	if err != nil {
		return HelpInfo{}, err
	}
	k, err := s.knowledge()
	if err != nil {
		return HelpInfo{}, err
	}
	me, place := s.me(), s.place()
	out := HelpInfo{Orgs: []Option{}, Sections: []SectionInfo{}, Articles: k.rows(slices.Collect(k.ids())), Writes: me.Role.Staff(), Decides: access.Can(me, nil, desk.CmdSaveSection) == nil}
	for _, x := range k.sections {
		f := desk.Follow{What: desk.FollowSection, Section: x.ID}
		out.Sections = append(out.Sections, SectionInfo{ID: string(x.ID), Name: x.Name, For: x.For, Readers: string(x.Readers), Org: string(x.Org), OrgName: nameOfOrg(place, x.Org), Follow: k.follows[f.Key()]})
	}
	for id := range place.Orgs {
		if out.Writes {
			out.Orgs = append(out.Orgs, Option{ID: string(id), Name: nameOfOrg(place, id)})
		}
	}
	slices.SortFunc(out.Orgs, func(x, y Option) int { return cmp.Or(cmp.Compare(x.Name, y.Name), cmp.Compare(x.ID, y.ID)) })
	return out, nil
}

// rows gives articles as they stand in a list.
func (k *knowledge) rows(ids []desk.ArticleID) []ArticleRow {
	out := make([]ArticleRow, 0, len(ids))
	for _, id := range ids {
		out = append(out, k.row(id))
	}
	slices.SortStableFunc(out, func(x, y ArticleRow) int {
		return cmp.Or(one(x.Old)-one(y.Old), strings.Compare(strings.ToLower(x.Title), strings.ToLower(y.Title)), strings.Compare(x.ID, y.ID))
	})
	return out
}

func (k *knowledge) row(id desk.ArticleID) ArticleRow {
	x := k.articles[id]
	t := k.tallies[id]
	f := desk.Follow{What: desk.FollowArticle, Article: id}
	w, state := shownOf(&x.Article, k.me)
	r := ArticleRow{
		ID: string(id), Section: string(w.Section), Title: w.Title, State: string(state), Readers: string(w.Readers), OrgName: nameOfOrg(k.place, w.Org), Language: w.Language,
		Published: stamp(x.Published), Reviewed: stamp(x.Reviewed), Old: policy.OldArticle(&x.Article, k.now), Follow: k.follows[f.Key()],
		Mine: x.By == k.me.Person, Waits: k.waits[id], Changing: x.IsLive() && x.Draft != nil, Helped: int(x.Helped), Yes: int(t.Yes), No: int(t.No), Solved: int(t.Solved), Views: int(x.Views),
	}
	if k.me.Role.Staff() {
		r.Helped, r.Views = int(t.Yes), int(t.Views)
	}
	for i := range k.comments {
		r.Comments += one(k.comments[i].Article == id && k.comments[i].Done.IsZero())
	}
	return r
}

// shownOf is what of an article stands in a list, and how far it is for its
// reader: a customer's own contribution is a draft or in review until they may
// read what was made of it.
func shownOf(x *desk.Article, me desk.Actor) (desk.Writing, desk.ArticleState) {
	switch {
	case x.IsLive(), x.Draft == nil && x.Contributed == nil:
		return x.Live, x.State()
	case x.Draft != nil && me.Role.Staff():
		return x.Draft.Writing, x.State()
	case x.Contributed != nil:
		own := desk.Writing{Section: x.Contributed.Section, Title: x.Contributed.Title, Text: x.Contributed.Text, Files: x.Contributed.Files}
		return own, access.OwnArticle(x, me, desk.Tally{}).State
	}
	return x.Live, x.State()
}

// Article gives an article with its text, what it said before, what is near it and
// what was written about it.
func (a *API) Article(id string) (ArticleInfo, error) {
	s, err := a.session()
	if err != nil {
		return ArticleInfo{}, err
	}
	k, err := s.knowledge()
	if err != nil {
		return ArticleInfo{}, err
	}
	x, err := k.whole(desk.ArticleID(id))
	if err != nil {
		return ArticleInfo{}, err
	}
	w, _ := shownOf(x, k.me)
	out := ArticleInfo{
		ArticleRow: k.row(x.ID), Text: w.Text, Files: k.s.fileInfos(w.Files), Tags: someTags(w.Tags), Org: string(w.Org), By: k.nameOf(x.By), Changed: x.Changed, Why: x.Why, Edit: int(x.EditFor(k.me)),
		Draft: k.draftOf(x), Earlier: []EarlierInfo{}, Related: k.related(x), Comments: []CommentInfo{}, Can: k.can(x),
	}
	if v, voted := k.votes[x.ID]; voted {
		out.Vote = map[bool]string{true: "yes", false: "no"}[v.Helpful]
	}
	if at := s.asOf(); policy.KeptLong(at, k.now) {
		out.Kept = stamp(at)
	}
	out.Read = stamp(k.seen[x.ID].Published)
	earlier, err := s.cache.Earlier(x.ID)
	if err != nil {
		return ArticleInfo{}, err
	}
	for _, e := range earlier {
		out.Earlier = append(out.Earlier, EarlierInfo{Title: e.Live.Title, Text: e.Live.Text, Published: stamp(e.Published), Until: stamp(e.Until), Changed: e.Changed, Files: s.fileInfos(e.Live.Files)})
	}
	for _, c := range k.comments {
		if c.Article != x.ID {
			continue
		}
		by := c.By
		if by == "" { // their own form names nobody
			by = k.me.Person
		}
		out.Comments = append(out.Comments, CommentInfo{ID: string(c.ID), By: string(by), Who: k.nameOf(by), At: stamp(c.At), Text: c.Text, Done: !c.Done.IsZero(), Ticket: string(c.Ticket), Waits: k.saying[c.ID]})
	}
	return out, nil
}

// someTags is never null for the page.
func someTags(in []string) []string { return append([]string{}, in...) }

func (k *knowledge) nameOf(p desk.PersonID) string {
	if p == k.me.Person {
		return cmp.Or(k.me.Name, k.place.People[p].Name)
	}
	return k.place.People[p].Name
}

// draftOf is what the reader may go on writing.
func (k *knowledge) draftOf(x *desk.Article) *ArticleDraft {
	edit := int(x.EditFor(k.me))
	switch {
	case x.Draft != nil && k.me.Role.Staff():
		d := x.Draft
		return &ArticleDraft{
			ID: string(x.ID), Edit: edit, Section: string(d.Section), Title: d.Title, Text: d.Text, Language: d.Language, Tags: someTags(d.Tags),
			Readers: string(d.Readers), Org: string(d.Org), By: cmp.Or(d.ByName, k.nameOf(d.By)), At: stamp(d.At), Sent: d.Sent, Reason: x.Why, Files: k.s.fileInfos(d.Files),
		}
	case x.Contributed != nil && !k.me.Role.Staff():
		c := x.Contributed
		return &ArticleDraft{ID: string(x.ID), Edit: edit, Section: string(c.Section), Title: c.Title, Text: c.Text, Tags: []string{}, By: k.nameOf(x.By), At: stamp(c.At), Sent: c.Sent, Reason: c.Reason, Files: k.s.fileInfos(c.Files)}
	}
	return nil
}

// can are the steps that make sense now and that the reader may decide on.
func (k *knowledge) can(x *desk.Article) []string {
	out := []string{}
	may := func(name string, kind desk.CommandKind, step desk.ArticleStep, sensible bool) {
		if sensible && access.MayArticle(k.me, kind, step, x) == nil {
			out = append(out, name)
		}
	}
	draft := x.Draft != nil
	may("write", desk.CmdWriteArticle, "", true)
	may("vote", desk.CmdVoteArticle, "", x.IsLive())
	may("comment", desk.CmdCommentArticle, "", true)
	for step, sensible := range map[desk.ArticleStep]bool{
		desk.StepSend: draft && !x.Draft.Sent, desk.StepReturn: draft && x.Draft.Sent, desk.StepPublish: draft || !x.Retired.IsZero(),
		desk.StepReviewed: x.IsLive(), desk.StepRetire: x.IsLive(), desk.StepDrop: draft && x.Contributed == nil || x.Contributed != nil && !x.Contributed.Sent,
	} {
		may(string(step), desk.CmdMoveArticle, step, sensible)
	}
	slices.Sort(out)
	return out
}

// mostRelated is how many articles are offered beside one.
const mostRelated = 4

// related are articles of the same matter, as far as the reader has them: those
// whose words and tags are most like it.
func (k *knowledge) related(x *desk.Article) []ArticleRow {
	w, _ := shownOf(x, k.me)
	found, err := k.s.cache.FindArticles(w.Title+" "+strings.Join(w.Tags, " "), false, mostRelated+1)
	if err != nil {
		return []ArticleRow{}
	}
	out := []ArticleRow{}
	for _, f := range found {
		if y, there := k.articles[f.ID]; there && f.ID != x.ID && y.IsLive() && len(out) < mostRelated {
			out = append(out, k.row(f.ID))
		}
	}
	return out
}

// FindArticles looks for articles by the words in their titles and texts, the last
// as far as it was typed.
func (a *API) FindArticles(query string) ([]ArticleRow, error) {
	return a.articlesLike(query, true, 50)
}

// SuggestArticles gives up to three articles that may answer what somebody is
// about to ask.
func (a *API) SuggestArticles(subject, body string) ([]ArticleRow, error) {
	return a.articlesLike(subject+" "+body, false, 3)
}

func (a *API) articlesLike(words string, all bool, most int) ([]ArticleRow, error) {
	s, err := a.session()
	if err != nil {
		return nil, err
	}
	k, err := s.knowledge()
	if err != nil {
		return nil, err
	}
	if len(words) > maxText {
		words = words[:maxText]
	}
	found, err := s.cache.FindArticles(strings.ToValidUTF8(words, " "), all, 4*most)
	if err != nil {
		return nil, err
	}
	out := []ArticleRow{}
	var old []ArticleRow // sink
	for _, f := range found {
		x, there := k.articles[f.ID]
		switch {
		case !there || !all && !x.IsLive():
		case policy.OldArticle(&x.Article, k.now):
			old = append(old, k.row(f.ID))
		default:
			out = append(out, k.row(f.ID))
		}
	}
	if out = append(out, old...); !all { // what is read at once comes first
		foreign := func(r ArticleRow) int { return one(r.Language != "" && r.Language != language.Spoken()) }
		slices.SortStableFunc(out, func(x, y ArticleRow) int { return foreign(x) - foreign(y) })
	}
	return out[:min(most, len(out))], nil
}
