//go:build !linux

package notify

import "docket/app/desk"

// New gives the best notifier this session has. icon is a file; clicks are not
// told here.
func New(icon string, _ func(t desk.TicketID, token string), _ func(t desk.TicketID)) Notifier {
	return NewPlain(icon)
}
