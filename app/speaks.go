package app

import (
	"slices"

	"docket/app/language"
)

// Speaks is told by the page what language it speaks, which is the computer's
// where the person chose none: only the page knows that one. What the program
// says by itself follows, and the page is told to read it again.
func (a *API) Speaks(code string) error {
	if code == "" || code == "system" || !slices.Contains(languages, code) {
		return wrong("language", "The window does not speak that language.")
	}
	a.mu.Lock()
	a.spoken = code
	s := a.sess
	a.mu.Unlock()
	if !language.Speak(code) {
		return nil
	}
	a.beside()
	a.retell(s)
	return a.writeSettings() // what is notified before there is a page is said in it, too
}

// retell has everything that was said before said again.
func (a *API) retell(s *session) {
	a.beside()
	a.emit(EvBoot, a.boot())
	if s == nil {
		return
	}
	if views, err := s.views(); err == nil {
		a.emit(EvRows, RowsEvent{Views: views, Tickets: []string{}})
	}
	a.mu.RLock()
	looking := a.view.ticket
	a.mu.RUnlock()
	if looking != "" {
		a.emit(EvTicket, TicketEvent{ID: string(looking)})
	}
	waiting, needs := s.out.Counts()
	a.emit(EvOutbox, OutboxEvent{Waiting: waiting, NeedsYou: needs})
	a.emit(EvNotified, NotifiedEvent{})
	a.emit(EvConnection, s.connection())
}
