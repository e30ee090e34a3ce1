package server

import (
	"net/http"

	"docket/app/desk"
	"docket/sync/wire"
)

// members lists the people of an organization for the one of them who manages
// it. Whoever does not is told it is not there.
func (s *Server) members(w http.ResponseWriter, q *http.Request) error {
	_, actor, err := s.who(q)
	if err != nil {
		return err
	}
	all, err := s.cfg.Auth.Members(q.Context(), actor, desk.OrgID(q.PathValue("org")))
	if err != nil {
		return err
	}
	writeJSON(w, http.StatusOK, wire.Members{Members: all})
	return nil
}

func (s *Server) setMember(w http.ResponseWriter, q *http.Request) error {
	dev, _, err := s.who(q)
	if err != nil {
		return err
	}
	var f wire.SetMember
	if err := readJSON(w, q, &f); err != nil {
		return err
	}
	if err := s.cfg.Auth.SetMember(q.Context(), dev, desk.OrgID(q.PathValue("org")), f.Person, f.Access); err != nil {
		return err
	}
	w.WriteHeader(http.StatusNoContent)
	return nil
}
