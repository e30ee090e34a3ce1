package app

// Pending is how many tickets every list has to look at beside the cache.
func (a *API) Pending() int {
	s, err := a.session()
	if err != nil {
		return -1
	}
	s.mu.RLock()
	defer s.mu.RUnlock()
	return len(s.pending)
}
