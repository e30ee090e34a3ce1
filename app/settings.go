package app

// SaveSettings keeps the person's choices on this computer.
func (a *API) SaveSettings(s Settings) error { return errNotReady }
