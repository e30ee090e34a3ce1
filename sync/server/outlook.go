package server

import (
	"net/http"

	"docket/app/desk"
)

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
