package app

import (
	"cmp"
	"slices"
	"strings"
	"unicode/utf16"

	"docket/app/desk/query"
	"docket/app/language"
)

// QueryFault is what is wrong at a place of a query, in the language of the window.
type QueryFault struct {
	At      int    `json:"at"` // in the page's characters
	Len     int    `json:"len"`
	Message string `json:"message"`
	Hint    string `json:"hint"`
}

// QueryPart is a part of a query that stands by itself: a chip.
type QueryPart struct {
	At   int    `json:"at"`
	Len  int    `json:"len"`
	Text string `json:"text"`
	// Kind is word, phrase, field or group; Not that it must not be.
	Kind string `json:"kind"`
	Not  bool   `json:"not"`
}

// QueryOffer is something that can stand where the cursor is.
type QueryOffer struct {
	// Text takes the place of what is typed, Name is what it is called, "" for as
	// it is written.
	Text string `json:"text"`
	Name string `json:"name"`
}

// QueryInfo is what a text says as a query, and what can be typed at the cursor.
type QueryInfo struct {
	// Normal is the query in its normal form, "" for one that asks nothing.
	Normal string       `json:"normal"`
	Faults []QueryFault `json:"faults"`
	Parts  []QueryPart  `json:"parts"`
	// From and To are what an offer takes the place of.
	From   int          `json:"from"`
	To     int          `json:"to"`
	Offers []QueryOffer `json:"offers"`
}

// mostOffers is how many offers are made at once.
const mostOffers = 8

// ReadQuery reads a query as it is typed, for a search or else for a view, which
// knows no names of files and nothing that is no ticket. Places are in the page's characters.
func (a *API) ReadQuery(text string, cursor int, search bool) (QueryInfo, error) {
	s, err := a.session()
	if err != nil {
		return QueryInfo{}, err
	}
	text = strings.ToValidUTF8(text[:min(len(text), 2*maxText)], "")
	q, faults := query.Parse(text)
	_, unknown := q.Named(s.place())
	faults = append(faults, unknown...)
	slices.SortStableFunc(faults, func(x, y query.Fault) int { return cmp.Compare(x.At, y.At) })
	out := QueryInfo{Normal: q.String(), Faults: []QueryFault{}, Parts: []QueryPart{}, Offers: []QueryOffer{}}
	place := func(at query.Span) (from, n int) {
		from = units(text[:at.At])
		return from, units(text[at.At:at.End()])
	}
	for _, f := range faults {
		var values []any
		for k, v := range f.Values {
			values = append(values, k, v)
		}
		x := QueryFault{Message: language.Say(f.Message, values...), Hint: language.Say(f.Hint, values...)}
		x.At, x.Len = place(f.Span)
		out.Faults = append(out.Faults, x)
	}
	for _, n := range q.Parts() {
		p := partOf(n)
		p.At, p.Len = place(n.Place())
		out.Parts = append(out.Parts, p)
	}
	typing := query.At(text, bytesOf(text, cursor))
	out.From, out.To = place(typing.Span)
	out.To += out.From
	out.Offers = s.offers(typing, search)
	return out, nil
}

func partOf(n query.Node) QueryPart {
	p := QueryPart{Text: query.Query{Node: n}.String()}
	if x, ok := n.(query.Not); ok {
		p.Not, n = true, x.Node
	}
	switch n.(type) {
	case query.Term:
		p.Kind = "word"
	case query.Phrase:
		p.Kind = "phrase"
	case query.Field:
		p.Kind = "field"
	default:
		p.Kind = "group"
	}
	return p
}

// units counts the page's characters, which are UTF-16.
func units(s string) (n int) {
	for _, r := range s {
		n += max(utf16.RuneLen(r), 1)
	}
	return n
}

// bytesOf is the place in bytes of one in the page's characters.
func bytesOf(s string, at int) int {
	for i, r := range s {
		if at <= 0 {
			return i
		}
		at -= max(utf16.RuneLen(r), 1)
	}
	return len(s)
}

// teamOps are what customers have nothing of.
var teamOps = []query.Op{query.Tag, query.Urgency}

// offers lists what can stand where something is typed: operators, or the values
// of one that are known here.
func (s *session) offers(t query.Typing, search bool) []QueryOffer {
	staff := s.me().Role.Staff()
	out := []QueryOffer{}
	add := func(text, name string) {
		if len(out) < mostOffers && !slices.ContainsFunc(out, func(o QueryOffer) bool { return o.Text == text }) {
			out = append(out, QueryOffer{Text: text, Name: name})
		}
	}
	typed := strings.ToLower(t.Text)
	if t.Op == "" {
		for _, o := range query.Ops() {
			if strings.HasPrefix(string(o), typed) && (staff || !slices.Contains(teamOps, o)) && (search || o != query.File) {
				add(string(o)+":", "")
			}
		}
		return out
	}
	value := func(v, name string) { // what Write gives begins with the operator
		add(strings.TrimPrefix(query.Write(t.Op, v), string(t.Op)+":"), name)
	}
	for _, v := range fixedValues(t.Op, staff) {
		if beside := t.Op == query.Is && (v == query.Article || v == query.Draft); strings.HasPrefix(v, typed) && (search || !beside) {
			value(v, "")
		}
	}
	place := s.place()
	begins := func(id, name string) bool {
		return strings.HasPrefix(strings.ToLower(id), typed) || strings.Contains(" "+strings.ToLower(name), " "+typed)
	}
	switch {
	case t.Op.People():
		found, _ := s.cache.People(t.Text, mostOffers)
		for _, p := range found {
			if !p.Out() && (t.Op != query.Assignee || p.Role.Staff()) {
				value(string(p.ID), p.Name)
			}
		}
	case t.Op == query.Dept:
		for _, id := range sortedKeys(place.Departments) {
			if d := place.Departments[id]; begins(string(id), d.Name) {
				value(string(id), d.Name)
			}
		}
	case t.Op == query.Org:
		for _, id := range sortedKeys(place.Orgs) {
			if o := place.Orgs[id]; begins(string(id), o.Name) {
				value(string(id), o.Name)
			}
		}
	case t.Op == query.Topic:
		for _, id := range sortedKeys(place.Topics) {
			if x := place.Topics[id]; begins(string(id), x.Name) {
				value(string(id), x.Name)
			}
		}
	case t.Op == query.Tag:
		tags, _ := s.cache.Tags()
		for _, tag := range tags {
			if strings.HasPrefix(tag, typed) {
				value(tag, "")
			}
		}
	}
	return out
}

func fixedValues(o query.Op, staff bool) []string {
	if all := o.Values(); all != nil {
		if o == query.Type && !staff {
			return all[:2] // a problem is the team's own
		}
		return all
	}
	switch {
	case o == query.Assignee, o == query.CC:
		return []string{query.Me, query.None}
	case o.People():
		return []string{query.Me}
	case o == query.Due:
		return []string{"today", "tomorrow", "3d", "1w"}
	case o.Dated():
		return []string{"today", "yesterday", "7d", "2w", "3m", "1y"}
	}
	return nil
}

func sortedKeys[K ~string, V any](m map[K]V) []K {
	out := make([]K, 0, len(m))
	for k := range m {
		out = append(out, k)
	}
	slices.Sort(out)
	return out
}
