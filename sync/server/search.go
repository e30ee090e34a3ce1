package server

import (
	"net/http"
	"time"

	"docket/app/desk"
	"docket/app/desk/access"
	"docket/app/desk/query"
	"docket/sync/wire"
)

// search looks through what its person hears, by the language of their own
// program and in the form they have of it. A person's searches come one after
// the other: each reads some megabytes.
func (s *Server) search(w http.ResponseWriter, q *http.Request) error {
	_, actor, err := s.who(q)
	if err != nil {
		return err
	}
	var ask wire.Search
	if err := readJSON(w, q, &ask); err != nil {
		return err
	}
	done, err := s.searches(actor.Person)
	if err != nil {
		return err
	}
	defer done()
	const day = 24 * 60 * 60
	zone := time.FixedZone("", min(max(ask.Ahead, -day), day))
	want, _ := query.Parse(ask.Query) // the best that can be had, as on their own computer, which shows what is wrong with it
	var page desk.FoundPage
	err = s.cfg.Store.View(q.Context(), func(tx Tx) error {
		now, err := tx.Actor(actor.Person)
		if err != nil {
			return err
		}
		d, err := tx.Desk()
		if err != nil {
			return err
		}
		scope := query.Scope{Me: now, Now: s.cfg.Clock(), Zone: zone, Place: desk.Place{Departments: map[desk.DeptID]desk.Department{}}}
		for _, x := range d.Departments {
			if now.Role.Staff() || !x.Hidden {
				scope.Place.Departments[x.ID] = x
			}
		}
		page, err = tx.Search(access.LanesFor(now), want, scope, s.cfg.Files.Open, ask.From)
		return err
	})
	if err != nil {
		return err
	}
	writeJSON(w, http.StatusOK, page)
	return nil
}

// searches notes that somebody searches until done.
func (s *Server) searches(p desk.PersonID) (done func(), err error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.searching[p] {
		return nil, &desk.Error{Code: desk.CodeTooMany, Message: "A search of yours is still going on.", Hint: "Wait until it is done."}
	}
	if s.searching == nil {
		s.searching = map[desk.PersonID]bool{}
	}
	s.searching[p] = true
	return func() {
		s.mu.Lock()
		delete(s.searching, p)
		s.mu.Unlock()
	}, nil
}
