package server

import (
	"errors"
	"net/http"

	"docket/app/desk"
	"docket/app/desk/access"
	"docket/app/desk/flow"
	"docket/sync/wire"
)

// mayLarge says whether somebody may send a file above the limit to a ticket
// now, together with the others of that kind they have begun: it is asked when
// they begin and with every piece, so that nothing comes in after a grant ended.
// A ticket they do not see answers as one without a grant.
func (s *Server) mayLarge(q *http.Request, p desk.PersonID, f wire.UploadStart, beside int64) error {
	if f.Size <= desk.MaxAttachment {
		return nil
	}
	var g desk.Grant
	err := s.cfg.Store.View(q.Context(), func(tx Tx) error {
		now, err := tx.Actor(p)
		if err != nil || !desk.ValidUUID(string(f.Ticket)) {
			return err
		}
		t, err := tx.Ticket(f.Ticket)
		switch {
		case errors.Is(err, desk.ErrNotFound):
			return nil
		case err != nil:
			return err
		}
		if access.Can(now, t, desk.CmdReply) == nil {
			g = t.Grant
		}
		return nil
	})
	if err != nil {
		return err
	}
	g.Used += beside
	return flow.Granted(g, shortName(f.Name), f.Size, s.cfg.Clock().UTC())
}

func shortName(name string) string {
	if r := []rune(name); len(r) > 100 {
		return string(r[:100])
	}
	if name == "" {
		return "The file"
	}
	return name
}
