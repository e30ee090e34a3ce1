package server

import (
	"net/http"

	"docket/app/desk"
	"docket/sync/wire"
)

// setAway keeps when somebody of ours is away and who stands in. For who is not
// ours nobody is there.
func (s *Server) setAway(w http.ResponseWriter, q *http.Request) error {
	dev, _, err := s.who(q)
	if err != nil {
		return err
	}
	var f wire.SetAway
	if err := readJSON(w, q, &f); err != nil {
		return err
	}
	away := desk.Absence{From: f.From, Until: f.Until, Substitute: f.Substitute}
	if err := s.cfg.Auth.SetAway(q.Context(), dev, desk.PersonID(q.PathValue("person")), away); err != nil {
		return err
	}
	w.WriteHeader(http.StatusNoContent)
	return nil
}
