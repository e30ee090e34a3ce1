package app

import (
	"cmp"
	"slices"
	"strings"
	"time"

	"docket/app/desk"
	"docket/app/desk/access"
	"docket/app/desk/policy"
	"docket/app/desk/query"
	"docket/storage/outbox"
)

// SavedInfo is a view that somebody saved, beside what every view has.
type SavedInfo struct {
	Name  string `json:"name"`
	Query string `json:"query"`
	// Department is whom it is shared with, "" for nobody.
	Department string `json:"department"`
	// Sort, Density and Columns are how it is shown to who chose nothing else; ""
	// and null are as every list is.
	Sort    string   `json:"sort"`
	Density string   `json:"density"`
	Columns []string `json:"columns"`
	// May says that the reader may change and delete it.
	May bool `json:"may"`
}

// savedMark begins the id of a saved view among all views.
const savedMark = "view:"

func savedID(id desk.SavedViewID) policy.ViewID { return policy.ViewID(savedMark + string(id)) }

// saved gives the saved views in the rail's order, with what is pending laid over
// them: the person's own, then those of each department.
func (s *session) saved() []desk.SavedView {
	all, err := s.cache.SavedViews()
	if err != nil {
		return nil
	}
	all = slices.Clone(all)
	s.mu.RLock()
	var pending []outbox.Item
	for _, items := range s.saving {
		pending = append(pending, items...)
	}
	s.mu.RUnlock()
	slices.SortFunc(pending, func(x, y outbox.Item) int { return cmp.Or(x.QueuedAt.Compare(y.QueuedAt), cmp.Compare(x.ID, y.ID)) })
	for _, it := range pending {
		a, _ := it.Command.Args.(desk.SaveView)
		all = slices.DeleteFunc(all, func(v desk.SavedView) bool { return v.ID == a.View.ID })
		if !a.Drop {
			all = append(all, a.View)
		}
	}
	slices.SortFunc(all, func(x, y desk.SavedView) int {
		return cmp.Or(cmp.Compare(x.Department, y.Department), cmp.Compare(x.Rank, y.Rank), cmp.Compare(strings.ToLower(x.Name), strings.ToLower(y.Name)), cmp.Compare(x.ID, y.ID))
	})
	return all
}

// keepSaving notes what is pending of a saved view. What was confirmed stays until
// the lane tells of it, which may be a moment later.
func (s *session) keepSaving(id desk.TicketID, items []outbox.Item) {
	var saving []outbox.Item
	s.mu.Lock()
	defer s.mu.Unlock()
	for _, it := range items {
		was := slices.ContainsFunc(s.saving[id], func(x outbox.Item) bool { return x.ID == it.ID })
		if _, ok := it.Command.Args.(desk.SaveView); ok && (it.State.Waiting() || it.State == outbox.Confirmed && was) {
			saving = append(saving, it)
		}
	}
	if s.saving[id] = saving; len(saving) == 0 {
		delete(s.saving, id)
	}
}

// savedArrived is for when lanes told of reference data: what was confirmed of saved
// views is among it.
func (s *session) savedArrived() {
	s.mu.Lock()
	defer s.mu.Unlock()
	for id, items := range s.saving {
		if items = slices.DeleteFunc(slices.Clone(items), func(it outbox.Item) bool { return it.State == outbox.Confirmed }); len(items) == 0 {
			delete(s.saving, id)
		} else {
			s.saving[id] = items
		}
	}
}

// mayKeep reports whether the person may change a saved view.
func (s *session) mayKeep(v desk.SavedView) bool { return access.MayKeep(s.me(), &v, v) == nil }

func (s *session) savedView(v policy.ViewID) (desk.SavedView, bool) {
	id, ok := strings.CutPrefix(string(v), savedMark)
	if !ok {
		return desk.SavedView{}, false
	}
	all := s.saved()
	i := slices.IndexFunc(all, func(x desk.SavedView) bool { return string(x.ID) == id })
	if i < 0 {
		return desk.SavedView{}, false
	}
	return all[i], true
}

// listOf is the list of a saved view as the cache keeps it today, and of any
// other view that view.
func (s *session) listOf(v policy.ViewID) policy.ViewID {
	x, ok := s.savedView(v)
	if !ok {
		return v
	}
	q, _ := query.Parse(x.Query)
	return q.ViewID(s.api.now().In(time.Local))
}

// holds gives what decides whether a ticket, as its person should see it now, is
// in a view; a query is read once for all tickets that are asked about.
func (s *session) holds(v policy.ViewID) func(t *desk.Ticket, unread bool) bool {
	me := s.me()
	if !strings.HasPrefix(string(v), savedMark) {
		return func(t *desk.Ticket, _ bool) bool { return policy.InView(v, t, me) }
	}
	l, ok := query.ReadView(s.listOf(v), time.Local)
	return func(t *desk.Ticket, unread bool) bool { return ok && l.Has(t, me, unread) }
}

// order is how the person wants a view sorted.
func (s *session) order(v policy.ViewID) policy.Order {
	usual := v.Usual()
	if x, ok := s.savedView(v); ok && x.Sort != "" {
		usual = policy.Order(x.Sort)
	}
	return s.api.order(v, usual)
}

// filled gives the list that answers for one which is not filled yet: the same
// question in another order, or of the day before.
func (s *session) filled(in policy.ViewID) policy.ViewID {
	for _, v := range s.cache.Views() {
		if query.SameView(v, in) {
			return v
		}
	}
	return in
}

func (s *session) savedInfo(v policy.ViewID) *SavedInfo {
	x, ok := s.savedView(v)
	if !ok {
		return nil
	}
	return &SavedInfo{Name: x.Name, Query: x.Query, Department: string(x.Department), Sort: x.Sort, Density: x.Density, Columns: x.Columns, May: s.mayKeep(x)}
}

// SaveView queues a view of the person's own or, for who leads a department, one
// of its. id names the view that is changed, "" a new one; it gives the view's
// id among all views. A query with faults is saved as far as it can be had.
func (a *API) SaveView(id string, in SavedInfo) (string, error) {
	s, err := a.session()
	if err != nil {
		return "", err
	}
	v := desk.SavedView{ID: desk.SavedViewID(strings.TrimPrefix(id, savedMark)), Department: desk.DeptID(in.Department), By: s.me().Person, Sort: in.Sort, Density: in.Density, Columns: in.Columns}
	if v.Name, err = line("name", in.Name, maxText); err != nil {
		return "", err
	}
	text, err := line("query", in.Query, maxText)
	if err != nil {
		return "", err
	}
	q, _ := query.Parse(text)
	q, _ = q.Named(s.place())
	v.Query = q.String()
	all := s.saved()
	at := slices.IndexFunc(all, func(x desk.SavedView) bool { return x.ID == v.ID })
	switch {
	case id == "":
		v.ID = desk.SavedViewID(newID())
		v.Rank = last(all, v.Department) + rankStep
	case at >= 0 && all[at].Department == v.Department:
		v.Rank, v.By = all[at].Rank, all[at].By
	default: // it is shared now, or no longer; or it is brought back
		v.Rank = last(all, v.Department) + rankStep
	}
	if err := s.saveView(desk.SaveView{View: v}); err != nil {
		return "", err
	}
	return string(savedID(v.ID)), nil
}

// rankStep leaves room between two views for others.
const rankStep = 1024

func last(all []desk.SavedView, d desk.DeptID) (rank int64) {
	for _, x := range all {
		if x.Department == d {
			rank = max(rank, x.Rank)
		}
	}
	return rank
}

// DropView queues the end of a saved view.
func (a *API) DropView(id string) error {
	s, err := a.session()
	if err != nil {
		return err
	}
	v, ok := s.savedView(policy.ViewID(id))
	if !ok {
		return wrong("view", "There is no such view any more.")
	}
	return s.saveView(desk.SaveView{View: v, Drop: true})
}

// MoveView queues putting a saved view one place up or down among those it
// stands with; at their end it stays.
func (a *API) MoveView(id string, up bool) error {
	s, err := a.session()
	if err != nil {
		return err
	}
	v, ok := s.savedView(policy.ViewID(id))
	if !ok {
		return wrong("view", "There is no such view any more.")
	}
	all := slices.DeleteFunc(s.saved(), func(x desk.SavedView) bool { return x.Department != v.Department })
	at := slices.IndexFunc(all, func(x desk.SavedView) bool { return x.ID == v.ID })
	to := at + 1
	if up {
		to = at - 1
	}
	if to < 0 || to >= len(all) {
		return nil
	}
	all[at], all[to] = all[to], all[at]
	rank := int64(0)
	for _, x := range all { // most often two of them have another place
		if rank += rankStep; x.Rank != rank {
			x.Rank = rank
			if err := s.saveView(desk.SaveView{View: x}); err != nil {
				return err
			}
		}
	}
	return nil
}

func (s *session) saveView(v desk.SaveView) error {
	cmd := s.command(desk.TicketID(v.View.ID), 0, v)
	return s.queue(cmd, laid{}, outbox.Draft{})
}

// viewState is what the rules ask for about a saved view.
func (s *session) viewState(st *desk.State, v desk.SavedView) {
	for _, x := range s.saved() {
		if x.ID == v.ID {
			was := x
			st.View = &was
		}
		if x.Department == v.Department {
			st.Views = append(st.Views, x)
		}
	}
}
