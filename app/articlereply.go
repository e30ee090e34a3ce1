package app

import (
	"cmp"
	"regexp"
	"slices"
	"strings"

	"docket/app/desk"
	"docket/app/desk/access"
)

// articleMark begins the id of an article among the ready answers.
const articleMark = "article:"

// readersOf are the customers who read what is written on a ticket: those it names,
// and, where it is an organization's, whoever may read its tickets.
func (s *session) readersOf(t *desk.Ticket) (out []desk.Actor) {
	place := s.place()
	if t.Org != "" && !t.Private { // somebody of that organization alone
		out = append(out, desk.Actor{Person: t.Requester, Role: desk.Customer, Memberships: []desk.Membership{{Org: t.Org, Access: desk.OrgRead}}})
	}
	for _, p := range append([]desk.PersonID{t.Requester}, t.CCs...) {
		who := place.People[p]
		if !who.Role.Staff() {
			out = append(out, desk.Actor{Person: p, Role: desk.Customer, Memberships: who.Memberships})
		}
	}
	return out
}

// articleAnswers are the articles that can be put into a reply: those that all who
// read it may read.
func (s *session) articleAnswers(t *desk.Ticket) []MacroInfo {
	k, err := s.knowledge()
	if err != nil {
		return nil
	}
	readers := s.readersOf(t)
	var out []MacroInfo
	for id := range k.articles {
		if x := k.articles[id]; access.MayQuote(&x.Article, readers) {
			out = append(out, MacroInfo{ID: articleMark + string(id), Title: x.Live.Title, Text: say("Article")})
		}
	}
	slices.SortFunc(out, func(x, y MacroInfo) int { return cmp.Or(cmp.Compare(x.Title, y.Title), cmp.Compare(x.ID, y.ID)) })
	return out
}

var headings = regexp.MustCompile(`(?m)^ {0,3}#{1,6} +`)

// articleAnswer is an article as the text of a reply, in which signs of headings
// mean themselves.
func (s *session) articleAnswer(t *desk.Ticket, id string) (FilledMacro, error) {
	k, err := s.knowledge()
	if err != nil {
		return FilledMacro{}, err
	}
	x, err := k.whole(desk.ArticleID(strings.TrimPrefix(id, articleMark)))
	if err != nil {
		return FilledMacro{}, err
	}
	if !access.MayQuote(x, s.readersOf(t)) {
		return FilledMacro{}, &desk.Error{Code: desk.CodeDenied, Field: "macro", Message: "Not everybody who reads this reply may read that article.", Hint: "Write what they need to know, or choose another one."}
	}
	return FilledMacro{Text: x.Live.Title + "\n\n" + headings.ReplaceAllString(x.Live.Text, ""), Also: viewAlso("", desk.Also{})}, nil
}

// tried are the articles that did not help whoever asked, as far as they are here.
func (s *session) tried(t *desk.Ticket) []ArticleRow {
	out := []ArticleRow{}
	if len(t.Tried) == 0 || !s.me().Role.Staff() {
		return out
	}
	k, err := s.knowledge()
	if err != nil {
		return out
	}
	for _, id := range t.Tried {
		if _, there := k.articles[id]; there {
			out = append(out, k.row(id))
		}
	}
	return out
}
