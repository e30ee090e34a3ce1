package app

import (
	"errors"
	"slices"
	"strings"

	"docket/app/desk"
	"docket/app/desk/policy"
	"docket/storage/cache"
	"docket/sync/engine"
)

// Connection tells how the line to the server stands.
func (a *API) Connection() (Connection, error) {
	a.mu.RLock()
	s := a.sess
	a.mu.RUnlock()
	if s == nil {
		return Connection{State: string(engine.Offline)}, nil
	}
	return s.connection(), nil
}

func (s *session) connection() Connection {
	c := Connection{State: string(engine.Offline)}
	if eng := s.engine(); eng != nil {
		st := eng.Status()
		c = Connection{State: string(st.State), AsOf: stamp(st.AsOf), Since: stamp(st.Since), Done: st.Done, Total: st.Total, Fault: fault(st.Err)}
	}
	c.Waiting, c.NeedsYou = s.out.Counts()
	if t, err := s.cache.Totals(); err == nil {
		c.Tickets, c.Unread, c.Oldest = t.Tickets, t.Unread, stamp(t.Oldest)
	}
	return c
}

// Views gives the rail.
func (a *API) Views() ([]ViewInfo, error) {
	s, err := a.session()
	if err != nil {
		return nil, err
	}
	return s.views()
}

func (s *session) known() []policy.View {
	d, err := s.cache.Desk()
	if err != nil {
		d = desk.Desk{}
	}
	return policy.Views(s.me(), d.Departments)
}

func (s *session) views() ([]ViewInfo, error) {
	place, me := s.place(), s.me()
	open := s.openings()
	out := []ViewInfo{}
	for _, v := range s.known() {
		n, err := s.cache.Count(cache.ViewID(v.ID))
		if err != nil {
			return nil, err
		}
		title := v.Title
		if org, ok := strings.CutPrefix(string(v.ID), "org:"); ok {
			title = "Requests of " + nameOfOrg(place, desk.OrgID(org))
		}
		info := ViewInfo{ID: string(v.ID), Title: title, Icon: v.Icon, Group: v.Group, Total: n.Total, Needs: n.Needs, Unread: n.Unread, Empty: v.Empty}
		for i := range open {
			if policy.InView(v.ID, &open[i].ticket, me) {
				info.Total++
				if policy.Section(&open[i].ticket, me) == policy.Needs {
					info.Needs++
				}
			}
		}
		out = append(out, info)
	}
	return out, nil
}

func nameOfOrg(place desk.Place, o desk.OrgID) string {
	if name := place.Orgs[o].Name; name != "" {
		return name
	}
	return string(o)
}

func (s *session) view(id string) (policy.ViewID, error) {
	for _, v := range s.known() {
		if string(v.ID) == id {
			return v.ID, nil
		}
	}
	return "", &desk.Error{Code: desk.CodeNotFound, Field: "view", Message: "There is no such list any more.", Hint: "Choose another on the left."}
}

// part is a section of a view as the page sees it: what is only on this
// computer stands before what is in the cache.
type part struct {
	id, title string
	fresh     []laid
	from      int // of the cached ones, in the cache's positions
	cached    int
}

func (p part) size() int { return len(p.fresh) + p.cached }

func (s *session) parts(v policy.ViewID) ([]part, cache.Counts, error) {
	n, err := s.cache.Count(cache.ViewID(v))
	if err != nil {
		return nil, n, err
	}
	me := s.me()
	titles := map[policy.Part]string{policy.Needs: "Needs us", policy.Waiting: "Waiting on others", policy.Done: "Solved"}
	if !me.Role.Staff() {
		titles = map[policy.Part]string{policy.Needs: "Waiting on you", policy.Waiting: "With us", policy.Done: "Solved"}
	}
	parts := []part{
		{id: string(policy.Needs), title: titles[policy.Needs], from: 0, cached: n.Needs},
		{id: string(policy.Waiting), title: titles[policy.Waiting], from: n.Needs, cached: n.Waiting},
		{id: string(policy.Done), title: titles[policy.Done], from: n.Needs + n.Waiting, cached: n.Solved},
	}
	for _, l := range s.openings() {
		if !policy.InView(v, &l.ticket, me) {
			continue
		}
		in := string(policy.Section(&l.ticket, me))
		for i := range parts {
			if parts[i].id == in {
				parts[i].fresh = append(parts[i].fresh, l)
			}
		}
	}
	return parts, n, nil
}

// maxRows is how many rows may be asked for at once.
const maxRows = 500

// Rows gives a stretch of a view.
func (a *API) Rows(view string, from, count int) (RowPage, error) {
	s, err := a.session()
	if err != nil {
		return RowPage{}, err
	}
	v, err := s.view(view)
	if err != nil {
		return RowPage{}, err
	}
	from, count = max(from, 0), min(max(count, 0), maxRows)
	parts, n, err := s.parts(v)
	if err != nil {
		return RowPage{}, err
	}
	page := RowPage{View: view, Version: int(n.Version), From: from, Sections: []Section{}, Rows: []Row{}} //nolint:gosec // a counter
	rower := s.rower()
	start := 0
	for _, p := range parts {
		if size := p.size(); size > 0 {
			page.Sections = append(page.Sections, Section{ID: p.id, Title: p.title, Start: start, Count: size})
		}
		if p.id == string(policy.Needs) {
			page.Needs = p.size()
		}
		rows, err := s.stretch(v, p, from-start, from+count-start, rower)
		if err != nil {
			return RowPage{}, err
		}
		page.Rows = append(page.Rows, rows...)
		start += p.size()
	}
	page.Total = start
	return page, nil
}

// stretch gives the rows of a part between two positions within it.
func (s *session) stretch(v policy.ViewID, p part, lo, hi int, r *rower) ([]Row, error) {
	lo, hi = max(lo, 0), min(hi, p.size())
	var out []Row
	for i := lo; i < min(hi, len(p.fresh)); i++ {
		out = append(out, r.laid(p.fresh[i], false))
	}
	lo, hi = max(lo-len(p.fresh), 0), hi-len(p.fresh)
	if hi <= lo {
		return out, nil
	}
	rows, err := s.cache.Rows(cache.ViewID(v), p.from+lo, hi-lo)
	if err != nil {
		return nil, err
	}
	for _, row := range rows {
		out = append(out, r.row(row))
	}
	return out, nil
}

// Position says where a ticket stands in a view, -1 if it does not.
func (a *API) Position(view, ticket string) (int, error) {
	s, err := a.session()
	if err != nil {
		return -1, err
	}
	v, err := s.view(view)
	if err != nil {
		return -1, err
	}
	id, err := ticketID(ticket)
	if err != nil {
		return -1, err
	}
	parts, _, err := s.parts(v)
	if err != nil {
		return -1, err
	}
	at, err := s.cache.Position(cache.ViewID(v), id)
	if errors.Is(err, desk.ErrNotFound) {
		at = -1 // it may be only in the outbox
	} else if err != nil {
		return -1, err
	}
	start := 0
	for _, p := range parts {
		for i, l := range p.fresh {
			if l.ticket.ID == id {
				return start + i, nil
			}
		}
		if at >= p.from && at < p.from+p.cached {
			return start + len(p.fresh) + at - p.from, nil
		}
		start += p.size()
	}
	return -1, nil
}

// maxFound is how many tickets Find gives.
const maxFound = 20

// Find looks a ticket up by number, reference or words of its subject.
func (a *API) Find(text string) ([]Row, error) {
	s, err := a.session()
	if err != nil {
		return nil, err
	}
	text, err = line("text", text, 400)
	if err != nil {
		return nil, err
	}
	if text == "" {
		return []Row{}, nil
	}
	r := s.rower()
	out := []Row{}
	needle := strings.ToLower(text)
	for _, l := range s.openings() {
		if strings.EqualFold(l.ticket.ID.Reference(), text) || strings.Contains(strings.ToLower(l.ticket.Subject), needle) {
			out = append(out, r.laid(l, false))
		}
	}
	rows, err := s.cache.Find(text, maxFound)
	if err != nil {
		return nil, err
	}
	for _, row := range rows {
		out = append(out, r.row(row))
	}
	return out[:min(len(out), maxFound)], nil
}

func sortLaid(l []laid) {
	slices.SortFunc(l, func(a, b laid) int {
		if c := b.ticket.Created.Compare(a.ticket.Created); c != 0 {
			return c
		}
		return strings.Compare(string(b.ticket.ID), string(a.ticket.ID))
	})
}
