package flow

import (
	"fmt"
	"strconv"
	"strings"
	"time"
	"unicode"
	"unicode/utf8"

	"docket/app/desk"
)

// The limits of what a person may hand in.
const (
	MaxSubject = 200     // characters
	MaxText    = 100_000 // bytes
	MaxReason  = 2_000   // characters
	MaxFiles   = 20
	MaxCCs     = 100
	MaxRefs    = 20
	maxName    = 255 // bytes of a file's name
)

// checkText gives text with one kind of line end and without NUL, which no
// person types and some stores cannot hold. Nothing else of it is changed.
func checkText(field, text string) (string, error) {
	if len(text) > MaxText {
		return "", tooLarge(field,
			"The text is {long} long; a message can have {most}.",
			"Put the long part into a file and attach it.").With("long", kilobytes(len(text)), "most", kilobytes(MaxText))
	}
	if !utf8.ValidString(text) {
		return "", invalid(field, "The text has bytes that are no characters.", "Paste it again as plain text, or attach it as a file.")
	}
	text = strings.ReplaceAll(text, "\x00", "")
	return strings.ReplaceAll(text, "\r\n", "\n"), nil
}

func kilobytes(n int) string { return fmt.Sprintf("%d\u00a0kB", (n+999)/1000) }

// checkLine gives a subject or reason as one line.
func checkLine(field, what, line string, most int) (string, error) {
	if !utf8.ValidString(line) {
		return "", invalid(field, "The {what, select, other {{what}}} has bytes that are no characters.", "Type it again.").With("what", what)
	}
	line = strings.Join(strings.FieldsFunc(line, func(r rune) bool {
		return unicode.IsSpace(r) || unicode.IsControl(r)
	}), " ")
	if n := utf8.RuneCountInString(line); n > most {
		return "", invalid(field, "The {what, select, other {{what}}} has {n} characters; it can have {most}.",
			"Shorten it, and put the rest into the text.").With("what", what, "n", n, "most", most)
	}
	return line, nil
}

func checkSubject(subject string) (string, error) {
	s, err := checkLine("subject", "subject", subject, MaxSubject)
	if err == nil && s == "" {
		err = invalid("subject", "The subject is empty.", "Say in a few words what it is about.")
	}
	return s, err
}

// checkFiles looks at what can be known without the bytes, of files that no grant
// is for.
func checkFiles(files []desk.Attachment) ([]desk.Attachment, error) {
	for _, f := range files {
		if f.Size > desk.MaxAttachment {
			return nil, Granted(desk.Grant{}, f.Name, f.Size, time.Time{})
		}
	}
	return checkNames(files)
}

func checkNames(files []desk.Attachment) ([]desk.Attachment, error) {
	if len(files) > MaxFiles {
		return nil, invalid("files", "There are {n} files; one message can carry {most}.",
			"Send the rest with a second message, or pack them into one.").With("n", len(files), "most", MaxFiles)
	}
	for _, f := range files {
		switch {
		case !saneName(f.Name):
			return nil, invalid("files", "{name} cannot be the name of an attachment.", "Rename the file and attach it again.").With("name", strconv.Quote(f.Name))
		case !f.Hash.ValidHash() || f.Size < 0:
			return nil, invalid("files", "The file {name} is not described properly.", "Attach it again.").With("name", strconv.Quote(f.Name))
		}
	}
	return files, nil
}

// saneName refuses names that are a path, say something else than they show,
// or cannot be shown.
func saneName(name string) bool {
	if name == "" || name == "." || name == ".." || len(name) > maxName || !utf8.ValidString(name) {
		return false
	}
	for _, r := range name {
		bidi := (r >= 0x202a && r <= 0x202e) || (r >= 0x2066 && r <= 0x2069)
		if r == '/' || r == '\\' || unicode.IsControl(r) || bidi {
			return false
		}
	}
	return strings.TrimSpace(name) != ""
}

func validStatus(s desk.Status) bool {
	switch s {
	case desk.New, desk.Triage, desk.InProgress, desk.WaitingCustomer, desk.WaitingThirdParty, desk.OnHold, desk.Solved, desk.Closed:
		return true
	}
	return false
}

func validPriority(p desk.Priority) bool {
	switch p {
	case desk.PriorityLow, desk.PriorityNormal, desk.PriorityHigh, desk.PriorityEmergency:
		return true
	}
	return false
}

func validUrgency(u desk.Urgency) bool {
	switch u {
	case desk.UrgencyQuestion, desk.UrgencyNormal, desk.UrgencyHigh, desk.UrgencyEmergency:
		return true
	}
	return false
}
