package shell

import (
	"errors"
	"strings"

	"docket/app/desk"
)

const linkPrefix = "docket://ticket/"

// ParseLink reads a link of ours: docket://ticket/<id>, and nothing else. A link
// can be on any web page, so it can only name a ticket to look at.
func ParseLink(s string) (desk.TicketID, error) {
	id, ok := strings.CutPrefix(s, linkPrefix)
	if !ok {
		return "", errors.New("not a link of Docket")
	}
	id = strings.TrimSuffix(id, "/") // some systems add one
	if !desk.ValidUUID(id) {
		return "", errors.New("not a link of Docket")
	}
	return desk.TicketID(id), nil
}
