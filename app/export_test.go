package app

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
