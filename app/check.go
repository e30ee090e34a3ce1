package app

import (
	"strings"
	"time"
	"unicode/utf8"

	"github.com/google/uuid"

	"docket/app/desk"
	"docket/app/desk/flow"
)

// Every argument of a bound method is taken as hostile: the page shows texts
// of strangers, and what a bug there could send must do no harm here.

func newID() string { return uuid.Must(uuid.NewV7()).String() }

func wrong(field, message string) *desk.Error {
	return &desk.Error{Code: desk.CodeInvalid, Field: field, Message: message, Hint: "Nothing was changed."}
}

func ticketID(s string) (desk.TicketID, error) {
	if !desk.ValidUUID(s) {
		return "", wrong("ticket", "That is not a ticket.")
	}
	return desk.TicketID(s), nil
}

func commandID(s string) (desk.CommandID, error) {
	if !desk.ValidUUID(s) {
		return "", wrong("id", "That is not an item of the outbox.")
	}
	return desk.CommandID(s), nil
}

func blobHash(s string) (desk.BlobHash, error) {
	if h := desk.BlobHash(s); h.ValidHash() {
		return h, nil
	}
	return "", wrong("file", "That is not a file.")
}

func person(field, s string) (desk.PersonID, error) {
	if !desk.ValidSlug(s) {
		return "", wrong(field, "That is not a person.")
	}
	return desk.PersonID(s), nil
}

func people(field string, list []string) ([]desk.PersonID, error) {
	if len(list) > flow.MaxCCs {
		return nil, wrong(field, "At most {n} people fit.").With("n", flow.MaxCCs)
	}
	var out []desk.PersonID
	for _, s := range list {
		p, err := person(field, s)
		if err != nil {
			return nil, err
		}
		out = append(out, p)
	}
	return out, nil
}

func department(s string) (desk.DeptID, error) {
	if !desk.ValidSlug(s) {
		return "", wrong("department", "Choose a department.")
	}
	return desk.DeptID(s), nil
}

// text bounds a text before anything looks at it; the rules have their own,
// kinder limits.
func text(field, s string, limit int) (string, error) {
	if len(s) > limit {
		return "", (&desk.Error{
			Code: desk.CodeTooLarge, Field: field,
			Message: "The text has {n} kB; at most {most} kB can be sent.",
			Hint:    "Send the long part as a file.",
		}).With("n", (len(s)+999)/1000, "most", limit/1000)
	}
	if !utf8.ValidString(s) {
		s = strings.ToValidUTF8(s, "\uFFFD")
	}
	return strings.ReplaceAll(s, "\r\n", "\n"), nil
}

// line is text that may not break.
func line(field, s string, limit int) (string, error) {
	s, err := text(field, s, limit)
	if err != nil {
		return "", err
	}
	return strings.Join(strings.Fields(s), " "), nil
}

func status(s string) (desk.Status, error) {
	switch st := desk.Status(s); st {
	case desk.New, desk.Triage, desk.InProgress, desk.WaitingCustomer, desk.WaitingThirdParty, desk.OnHold, desk.Solved, desk.Closed:
		return st, nil
	}
	return "", wrong("status", "That is not a status.")
}

func priority(s string) (desk.Priority, error) {
	switch p := desk.Priority(s); p {
	case "", desk.PriorityLow, desk.PriorityNormal, desk.PriorityHigh, desk.PriorityEmergency:
		return p, nil
	}
	return "", wrong("priority", "That is not a priority.")
}

func urgency(s string) (desk.Urgency, error) {
	switch u := desk.Urgency(s); u {
	case "", desk.UrgencyQuestion, desk.UrgencyNormal, desk.UrgencyHigh, desk.UrgencyEmergency:
		return u, nil
	}
	return "", wrong("urgency", "That is not an urgency.")
}

func moment(field, s string) (time.Time, error) {
	if s == "" {
		return time.Time{}, nil
	}
	if len(s) > 40 {
		return time.Time{}, wrong(field, "That is not a time.")
	}
	t, err := time.Parse(time.RFC3339, s)
	if err != nil {
		return time.Time{}, wrong(field, "That is not a time.")
	}
	return t, nil
}

func stamp(t time.Time) string {
	if t.IsZero() {
		return ""
	}
	return t.UTC().Format(time.RFC3339Nano)
}

func initials(name string) string {
	words := strings.Fields(name)
	if len(words) == 0 {
		return "?"
	}
	first, _ := utf8.DecodeRuneInString(words[0])
	if len(words) == 1 {
		return strings.ToUpper(string(first))
	}
	last, _ := utf8.DecodeRuneInString(words[len(words)-1])
	return strings.ToUpper(string([]rune{first, last}))
}
