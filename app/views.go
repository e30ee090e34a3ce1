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
		c = Connection{State: string(st.State), AsOf: stamp(st.AsOf), Since: stamp(st.Since), Retry: stamp(st.Retry), Done: st.Done, Total: st.Total, Fault: fault(st.Err)}
	}
	c.Waiting, c.NeedsYou = s.out.Counts()
	if t, err := s.cache.Totals(); err == nil {
		c.Tickets, c.Unread, c.Oldest = t.Tickets, t.Unread, stamp(t.Oldest)
	}
	return c
}

// TryNow tries the line to the server at once instead of at the next time.
func (a *API) TryNow() error {
	s, err := a.session()
	if err != nil {
		return err
	}
	if eng := s.engine(); eng != nil {
		eng.Kick()
	}
	return nil
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
	views := policy.Views(s.me(), d.Departments)
	for _, v := range s.saved() {
		icon := "list-filter"
		if v.Department != "" {
			icon = "users-round"
		}
		views = append(views, policy.View{ID: savedID(v.ID), Title: v.Name, Icon: icon, Group: "saved", Empty: "Nothing is in this view."})
	}
	return views
}

func (s *session) views() ([]ViewInfo, error) {
	place, me := s.place(), s.me()
	open, moved := s.openings(), s.shifts()
	out := []ViewInfo{}
	for _, v := range s.known() {
		n, err := s.cache.Count(s.counted(v.ID))
		if errors.Is(err, desk.ErrNotFound) {
			continue // a department just came in, and its list follows in a moment
		}
		if err != nil {
			return nil, err
		}
		title, empty := v.Title, say(v.Empty, "name", v.Title)
		if v.Group != "departments" && v.Group != "saved" { // whose names are their own
			title = say(title)
		}
		if org, ok := strings.CutPrefix(string(v.ID), "org:"); ok {
			title = say("Requests of {name}", "name", nameOfOrg(place, desk.OrgID(org)))
		}
		info := ViewInfo{ID: string(v.ID), Title: title, Icon: v.Icon, Group: v.Group, Total: n.Total, Needs: n.Needs, Unread: n.Unread, Empty: empty, Saved: s.savedInfo(v.ID)}
		holds := s.holds(v.ID)
		for i := range open {
			if holds(&open[i].ticket, open[i].unread) {
				info.Total++
				if policy.Section(&open[i].ticket, me) == policy.Needs {
					info.Needs++
				}
			}
		}
		for _, x := range moved {
			was, now := x.in(holds, me)
			info.Total += one(now != "") - one(was != "")
			info.Needs += one(now == policy.Needs) - one(was == policy.Needs)
		}
		out = append(out, info)
	}
	return out, nil
}

func one(yes bool) int {
	if yes {
		return 1
	}
	return 0
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

// part is a section of a view as the page sees it: what stands there because
// of something on this computer comes before what is in the cache.
type part struct {
	id, title string
	fresh     []laid
	from      int // of the cached ones, in the cache's positions
	cached    int
	// gone are the cached ones that stand elsewhere now, by their place among
	// the cached, from the first.
	gone []int
}

func (p part) size() int { return len(p.fresh) + p.cached - len(p.gone) }

// parts gives the sections of a view; in is the view in the order it is shown.
func (s *session) parts(v, in policy.ViewID) ([]part, cache.Counts, error) {
	n, err := s.cache.Count(in)
	if err != nil {
		return nil, n, err
	}
	me := s.me()
	titles := map[policy.Part]string{policy.Needs: "Needs us", policy.Waiting: "Waiting on others", policy.Done: "Solved"}
	if !me.Role.Staff() {
		titles = map[policy.Part]string{policy.Needs: "Waiting on you", policy.Waiting: "With us", policy.Done: "Solved"}
	}
	parts := []part{
		{id: string(policy.Needs), title: say(titles[policy.Needs]), from: 0, cached: n.Needs},
		{id: string(policy.Waiting), title: say(titles[policy.Waiting]), from: n.Needs, cached: n.Waiting},
		{id: string(policy.Done), title: say(titles[policy.Done]), from: n.Needs + n.Waiting, cached: n.Solved},
	}
	named := func(in policy.Part) *part {
		return &parts[slices.IndexFunc(parts, func(p part) bool { return p.id == string(in) })]
	}
	holds := s.holds(v)
	for _, l := range s.openings() {
		if holds(&l.ticket, l.unread) {
			p := named(policy.Section(&l.ticket, me))
			p.fresh = append(p.fresh, l)
		}
	}
	for _, x := range s.shifts() {
		was, now := x.in(holds, me)
		if was == now {
			continue
		}
		if was != "" {
			at, err := s.cache.Position(in, x.was.ID)
			if err != nil {
				return nil, n, err
			}
			p := named(was)
			p.gone = append(p.gone, at-p.from)
		}
		if now != "" {
			p := named(now)
			p.fresh = append(p.fresh, x.now)
		}
	}
	for i := range parts {
		slices.Sort(parts[i].gone)
		sortLaid(parts[i].fresh)
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
	in := s.sorted(v)
	if in != v && !s.cache.Has(in) { // a saved view whose list follows in a moment
		return RowPage{View: string(v), Sort: string(s.order(v)), Sections: []Section{}, Rows: []Row{}}, nil
	}
	var page RowPage
	for range 3 { // what is counted may have gone before it is read
		page, err = s.page(v, in, from, count)
		if plain := s.counted(v); in != plain && errors.Is(err, desk.ErrNotFound) {
			page, err = s.page(v, plain, from, count) // another order was chosen meanwhile
		}
		if err != nil || len(page.Rows) == max(0, min(count, page.Total-from)) {
			break
		}
	}
	return page, err
}

func (s *session) page(v, in policy.ViewID, from, count int) (RowPage, error) {
	parts, n, err := s.parts(v, in)
	if err != nil {
		return RowPage{}, err
	}
	_, by, _ := in.Split()
	page := RowPage{View: string(v), Sort: string(by), Version: int(n.Version), From: from, Sections: []Section{}, Rows: []Row{}} //nolint:gosec // a counter
	groups, err := s.groups(in, n)
	if err != nil {
		return RowPage{}, err
	}
	rower := s.rower()
	start := 0
	for _, p := range parts {
		page.Sections = append(page.Sections, p.heads(start, groups, rower)...)
		if p.id == string(policy.Needs) {
			page.Needs = p.size()
		}
		rows, err := s.stretch(in, p, from-start, from+count-start, rower)
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
func (s *session) stretch(in policy.ViewID, p part, lo, hi int, r *rower) ([]Row, error) {
	lo, hi = max(lo, 0), min(hi, p.size())
	var out []Row
	for i := lo; i < min(hi, len(p.fresh)); i++ {
		out = append(out, r.laid(p.fresh[i], p.fresh[i].unread))
	}
	lo, hi = max(lo-len(p.fresh), 0), hi-len(p.fresh)
	if hi <= lo {
		return out, nil
	}
	// Those that are gone are read along and left out.
	from, to := lo, hi
	for _, at := range p.gone {
		from, to = from+one(at <= from), to+one(at < to)
	}
	rows, err := s.cache.Rows(in, p.from+from, to-from)
	if err != nil {
		return nil, err
	}
	for i, row := range rows {
		if !slices.Contains(p.gone, from+i) {
			out = append(out, r.row(row))
		}
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
	in := s.sorted(v)
	if in != v && !s.cache.Has(in) {
		return -1, nil
	}
	parts, _, err := s.parts(v, in)
	if err != nil {
		return -1, err
	}
	at, err := s.cache.Position(in, id)
	if errors.Is(err, desk.ErrNotFound) {
		at = -1 // it may be only in the outbox
	} else if err != nil {
		return -1, err
	}
	start := 0
	for _, p := range parts {
		if i := slices.IndexFunc(p.fresh, func(l laid) bool { return l.ticket.ID == id }); i >= 0 {
			return start + i, nil
		}
		if in := at - p.from; in >= 0 && in < p.cached && !slices.Contains(p.gone, in) {
			before, _ := slices.BinarySearch(p.gone, in)
			return start + len(p.fresh) + in - before, nil
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
		if coded(text) == l.ticket.ID.Code() || strings.Contains(strings.ToLower(l.ticket.Subject), needle) {
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
		if c := b.ticket.Updated.Compare(a.ticket.Updated); c != 0 {
			return c
		}
		return strings.Compare(string(b.ticket.ID), string(a.ticket.ID))
	})
}
