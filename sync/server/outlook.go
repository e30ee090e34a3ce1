package server

import (
	"errors"
	"net/http"

	"docket/app/desk"
	"docket/app/desk/access"
)

// place says where a request stands, to whoever can read it. It is asked for and
// never sent by itself: what the team does among itself may move it.
func (s *Server) place(w http.ResponseWriter, q *http.Request) error {
	_, actor, err := s.who(q)
	if err != nil {
		return err
	}
	id := desk.TicketID(q.URL.Query().Get("ticket"))
	if !desk.ValidUUID(string(id)) {
		return access.NotFound()
	}
	var at desk.QueuePlace
	err = s.cfg.Store.View(q.Context(), func(tx Tx) error {
		now, err := tx.Actor(actor.Person)
		if err != nil {
			return err
		}
		t, err := tx.Ticket(id)
		if errors.Is(err, desk.ErrNotFound) || err == nil && (!access.CanSee(now, t) || t.PublicVersion == 0) {
			return access.NotFound()
		}
		if err == nil {
			at, err = tx.QueuePlace(t)
		}
		return err
	})
	if err != nil {
		return err
	}
	writeJSON(w, http.StatusOK, at)
	return nil
}

// busy has a lead say how busy a department is.
func (s *Server) busy(w http.ResponseWriter, q *http.Request) error {
	dev, _, err := s.who(q)
	if err != nil {
		return err
	}
	var b desk.Busy
	if err := readJSON(w, q, &b); err != nil {
		return err
	}
	if err := s.cfg.Auth.Announce(q.Context(), dev.ID, b); err != nil {
		return err
	}
	w.WriteHeader(http.StatusNoContent)
	return nil
}
