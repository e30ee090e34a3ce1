package server

import (
	"net/http"

	"docket/app/desk"
	"docket/sync/wire"
)

// noteCall keeps a call under the code its caller said.
func (s *Server) noteCall(w http.ResponseWriter, q *http.Request) error {
	dev, _, err := s.who(q)
	if err != nil {
		return err
	}
	var n desk.NotedCall
	if err := readJSON(w, q, &n); err != nil {
		return err
	}
	if !desk.ValidUUID(string(n.ID)) {
		return &desk.Error{Code: desk.CodeInvalid, Field: "id", Message: "The call has no name of its own.", Hint: "Note it again."}
	}
	if err := s.cfg.Auth.NoteCall(q.Context(), dev, n); err != nil {
		return err
	}
	w.WriteHeader(http.StatusNoContent)
	return nil
}

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
