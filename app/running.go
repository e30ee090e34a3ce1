package app

import (
	"docket/app/desk"
	"docket/app/desk/policy"
	"docket/app/notify"
)

// LoginItem is what makes the program start with the session; app/shell has it.
type LoginItem interface {
	On() bool
	Set(on bool) error
}

// RunningInfo is how the program is there without its window.
type RunningInfo struct {
	// Login says whether it starts with the session.
	Login bool `json:"login"`
}

// Running says whether the program starts with the session.
func (a *API) Running() (RunningInfo, error) {
	return RunningInfo{Login: a.deps.Login != nil && a.deps.Login.On()}, nil
}

// StartWithSession makes the program start with the session, without its window.
func (a *API) StartWithSession(on bool) error {
	if a.deps.Login == nil {
		return &desk.Error{Code: desk.CodeInvalid, Message: "Docket cannot start by itself here.", Hint: "Start it from the menu."}
	}
	return a.deps.Login.Set(on)
}

// Quit ends the program, also where closing its window would keep it running.
func (a *API) Quit() error {
	a.mu.Lock()
	a.quitting = true
	a.mu.Unlock()
	a.deps.Shell.Quit()
	return nil
}

// Stays reports whether the program goes on without its window when that is
// closed. Who is not signed in has nothing to wait for.
func (p *App) Stays() bool {
	p.api.mu.RLock()
	defer p.api.mu.RUnlock()
	return p.api.settings.Stay && !p.api.quitting && p.api.sess != nil
}

// Stayed says that the person thought better of quitting.
func (p *App) Stayed() {
	p.api.mu.Lock()
	p.api.quitting = false
	p.api.mu.Unlock()
}

// needs is how many tickets wait for the person: for the badge, which counts
// nothing else.
func (s *session) needs() int {
	view := policy.ViewMine
	if s.me().Role.Staff() {
		view = policy.ViewNeedsMe
	}
	n, err := s.cache.Count(view)
	if err != nil {
		return 0
	}
	return n.Needs
}

// badge puts the number on the program's icon, where the desktop shows one.
func (a *API) badge(n int) {
	if b, ok := a.deps.Notifier.(notify.Badge); ok {
		b.Badge(n)
	}
}
