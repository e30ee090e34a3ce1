package app

import (
	"fmt"
	"log/slog"

	"docket/app/desk"
	"docket/app/desk/policy"
	"docket/app/notify"
	"docket/app/tray"
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
	a.mu.Lock()
	a.needing = n
	a.mu.Unlock()
	a.beside()
	if b, ok := a.deps.Notifier.(notify.Badge); ok {
		b.Badge(n)
	}
}

// Tray is the icon beside the clock; app/tray has it.
type Tray interface{ Set(s tray.State) }

// What the lines of its menu are called among ourselves.
const (
	trayQuiet = "quiet"
	trayLoud  = "loud"
	trayQuit  = "quit"
)

// quietFor is how long "do not disturb" of the icon lasts, in minutes.
const quietFor = 60

// beside shows the icon beside the clock: there while closing the window leaves
// the program running, because it is the way back.
func (a *API) beside() {
	if a.deps.Tray == nil {
		return
	}
	a.traying.Lock() // what is shown last is what is so
	defer a.traying.Unlock()
	a.mu.RLock()
	stay, n, until := a.settings.Stay && a.sess != nil, a.needing, a.settings.Notify.choice().Until
	a.mu.RUnlock()
	st := tray.State{Shown: stay, Tip: "Docket", Marked: n > 0}
	if n > 0 {
		st.Tip = fmt.Sprintf("Docket (%d)", n)
	}
	quiet := tray.Item{ID: trayQuiet, Label: say("Do not disturb for an hour")}
	if a.now().Before(until) {
		quiet = tray.Item{ID: trayLoud, Label: say("End do not disturb")}
	}
	st.Items = []tray.Item{{ID: tray.Open, Label: say("Open Docket")}, quiet, {}, {ID: trayQuit, Label: say("Quit Docket")}}
	a.deps.Tray.Set(st)
}

// Trayed does what was chosen beside the clock.
func (p *App) Trayed(id string) {
	a := p.api
	var err error
	switch id {
	case tray.Open:
		a.deps.Shell.Show()
	case trayQuiet:
		err = a.BeQuiet(quietFor)
	case trayLoud:
		err = a.BeQuiet(0)
	case trayQuit:
		err = a.Quit()
	}
	if err != nil {
		a.deps.Log.Warn("chosen beside the clock", "what", id, slog.Any("err", err))
	}
}
