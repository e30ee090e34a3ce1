package server

import (
	"net/http"

	"docket/app/desk"
	"docket/sync/wire"
)

// putCall puts a call that waits on a ticket, or drops it.
func (s *Server) putCall(w http.ResponseWriter, q *http.Request) error {
	dev, _, err := s.who(q)
	if err != nil {
		return err
	}
	var f wire.PutCall
	if err := readJSON(w, q, &f); err != nil {
		return err
	}
	if err := s.cfg.Auth.PutCall(q.Context(), dev, desk.CommandID(q.PathValue("call")), f.Ticket); err != nil {
		return err
	}
	w.WriteHeader(http.StatusNoContent)
	return nil
}
