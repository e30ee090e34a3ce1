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
