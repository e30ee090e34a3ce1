package app

import (
	"reflect"

	"docket/app/desk"
)

// Pending is how many tickets every list has to look at beside the cache. A
// method would be bound to the page.
func Pending(a *API) int {
	s, err := a.session()
	if err != nil {
		return -1
	}
	s.mu.RLock()
	defer s.mu.RUnlock()
	return len(s.pending)
}

// LaidAnew reports whether a ticket laid on from what is remembered is what it
// is when nothing is.
func LaidAnew(a *API, id desk.TicketID) bool {
	s, err := a.session()
	if err != nil {
		return false
	}
	for {
		revision, items := s.cache.Revision(), s.items(id)
		on, before := s.lay(id)
		s.mu.Lock()
		clear(s.begun)
		s.mu.Unlock()
		anew, after := s.lay(id)
		if revision == s.cache.Revision() && sameItems(items, s.items(id)) {
			return before == nil && after == nil && reflect.DeepEqual(on, anew)
		} // something came between
	}
}

// LaidOver lays what is pending over a ticket as it was read before something
// came between.
func LaidOver(a *API, id desk.TicketID, between func()) (desk.Ticket, error) {
	s, err := a.session()
	if err != nil {
		return desk.Ticket{}, err
	}
	row, err := s.cache.Row(id)
	if err != nil {
		return desk.Ticket{}, err
	}
	items := s.items(id)
	between()
	l := laid{known: true, confirmed: row.Ticket.LastSeq}
	head, err := s.layItems(&l, &row.Ticket, items)
	if err != nil {
		return desk.Ticket{}, err
	}
	return *head, nil
}
