package importer

import (
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"math"
	"slices"
	"strings"
	"time"
	"unicode/utf8"

	"docket/app/desk"
)

// Conversation is one line of the interchange form; sync/cmd/docketd/README.md
// describes it. Fields nobody here knows are ignored, so that archives with
// more in them can be read as they are.
type Conversation struct {
	Key          string      `json:"key"`
	Number       json.Number `json:"number"`
	List         string      `json:"list"`
	Subject      string      `json:"subject"`
	CreatedAt    Moment      `json:"created_at"`
	Age          *float64    `json:"age"`
	Requester    Author      `json:"requester"`
	Department   string      `json:"department"`
	Intended     string      `json:"intended"`
	Organization string      `json:"organization"`
	Urgency      string      `json:"urgency"`
	Private      bool        `json:"private"`
	CCs          []string    `json:"ccs"`
	Refs         []Ref       `json:"refs"`
	Status       string      `json:"status"`
	Unread       []string    `json:"unread"`
	Messages     []Message   `json:"messages"`
}

// Author is somebody by id, or by address and name.
type Author struct {
	ID    string `json:"id"`
	Name  string `json:"name"`
	Email string `json:"email"`
}

// Ref is something the conversation is about.
type Ref struct {
	Kind  string `json:"kind"`
	ID    string `json:"id"`
	Label string `json:"label"`
}

// Message is one thing that happened, in order. Kind is "message" if empty.
type Message struct {
	MessageID string   `json:"message_id"`
	Kind      string   `json:"kind"`
	Date      Moment   `json:"date"`
	After     *float64 `json:"after"`
	By        string   `json:"by"`
	Name      string   `json:"name"`
	Email     string   `json:"email"`
	Body      string   `json:"body"`
	// To is the new status, priority, assignee, department or subject.
	To       string   `json:"to"`
	Then     string   `json:"then"`
	Reason   string   `json:"reason"`
	Mentions []string `json:"mentions"`
	Add      []string `json:"add"`
	Remove   []string `json:"remove"`
	// Until is how many hours from now a ticket on hold waits.
	Until float64 `json:"until"`
	Files []File  `json:"files"`
}

// File is an attachment in the line itself.
type File struct {
	Name   string `json:"name"`
	Text   string `json:"text"`
	Base64 []byte `json:"base64"`
}

// Moment is an RFC 3339 time, or zero. A time without a zone is UTC.
type Moment struct{ time.Time }

// UnmarshalJSON reads RFC 3339; an empty or missing time is zero.
func (m *Moment) UnmarshalJSON(b []byte) error {
	var s string
	if err := json.Unmarshal(b, &s); err != nil {
		return errors.New("a time is not a text")
	}
	if s == "" {
		return nil
	}
	t, err := time.Parse(time.RFC3339, s)
	if err != nil {
		t, err = time.Parse("2006-01-02T15:04:05", s)
	}
	if err != nil {
		return fmt.Errorf("%q is not a time such as 2026-03-02T09:00:00+01:00", s)
	}
	m.Time = t
	return nil
}

// Parse reads one line. The error says in plain words what is wrong with it.
func Parse(line []byte) (Conversation, error) {
	var c Conversation
	dec := json.NewDecoder(bytes.NewReader(line))
	if err := dec.Decode(&c); err != nil {
		return c, plain(err, len(line))
	}
	if dec.More() {
		return c, errors.New("there is more than one object on the line")
	}
	if !utf8.Valid(line) {
		return c, errors.New("it has bytes that are no characters")
	}
	c.arrange()
	return c, c.check()
}

// arrange puts dated messages in the order of time, whatever zone each was
// written in, and the request first: an answer may carry an earlier date only
// because a clock was wrong.
func (c *Conversation) arrange() {
	undated := func(m Message) bool { return m.Date.IsZero() }
	if len(c.Messages) == 0 || slices.ContainsFunc(c.Messages, undated) {
		return
	}
	slices.SortStableFunc(c.Messages, func(a, b Message) int { return a.Date.Compare(b.Date.Time) })
	byRequester := func(m Message) bool {
		return m.Email != "" && strings.EqualFold(m.Email, c.Requester.Email) || m.By != "" && m.By == c.Requester.ID
	}
	first := Author{ID: c.Messages[0].By, Email: c.Messages[0].Email}
	if i := slices.IndexFunc(c.Messages, byRequester); i > 0 && first.ID == "" && first.Email != "" {
		request := c.Messages[i]
		c.Messages = slices.Insert(slices.Delete(c.Messages, i, i+1), 0, request)
	}
}

func plain(err error, length int) error {
	var syntax *json.SyntaxError
	var kind *json.UnmarshalTypeError
	cut := errors.Is(err, io.ErrUnexpectedEOF) || errors.Is(err, io.EOF)
	switch {
	case cut, errors.As(err, &syntax) && syntax.Offset >= int64(length):
		return errors.New("it ends in the middle")
	case errors.As(err, &syntax):
		return fmt.Errorf("it is no JSON at byte %d", syntax.Offset)
	case errors.As(err, &kind):
		return fmt.Errorf("the field %q has a %s", kind.Field, kind.Value)
	}
	return err
}

// kinds is every kind of message with the field it needs.
var kinds = map[string]string{
	"": "body", "message": "body", "note": "body", "status": "to", "assign": "", "refer": "to", "priority": "to",
	"rename": "to", "ccs": "", "close": "", "reopen": "", "private": "", "read": "",
}

func (c *Conversation) check() error {
	if len(c.Messages) == 0 {
		return errors.New("it has no messages")
	}
	if strings.TrimSpace(c.Subject) == "" {
		return errors.New("it has no subject")
	}
	if k := c.Messages[0].Kind; k != "" && k != "message" {
		return fmt.Errorf("its first message is a %q; the first is the request", k)
	}
	if c.Age != nil && !sane(*c.Age) {
		return errors.New("its age is not a number of hours")
	}
	for i, m := range c.Messages {
		need, known := kinds[m.Kind]
		switch {
		case !known:
			return fmt.Errorf("message %d has the kind %q, which is not known", i+1, m.Kind)
		case need == "to" && m.To == "":
			return fmt.Errorf("message %d is a %s and does not say to what", i+1, m.Kind)
		case need == "body" && i > 0 && strings.TrimSpace(m.Body) == "" && len(m.Files) == 0:
			return fmt.Errorf("message %d is empty", i+1)
		case m.After != nil && !sane(*m.After):
			return fmt.Errorf("message %d comes after no number of hours", i+1)
		case m.By == "" && m.Name == "" && m.Email == "" && (i > 0 || c.Requester == Author{}):
			return fmt.Errorf("message %d has no author", i+1)
		}
	}
	return nil
}

func sane(hours float64) bool {
	return !math.IsNaN(hours) && hours >= 0 && hours < 1_000_000
}

// identity is what tells the conversation from every other one, so that a
// second run adds nothing.
func (c *Conversation) identity(line []byte) string {
	switch {
	case c.Key != "":
		return "key " + c.Key
	case c.Messages[0].MessageID != "":
		return "message " + c.Messages[0].MessageID
	case c.Number != "":
		return "number " + c.List + " " + c.Number.String()
	}
	sum := sha256.Sum256(bytes.TrimSpace(line))
	return "line " + hex.EncodeToString(sum[:])
}

// start is when the conversation began.
func (c *Conversation) start(now time.Time) time.Time {
	switch {
	case c.Age != nil:
		return now.Add(-hours(*c.Age))
	case !c.Messages[0].Date.IsZero():
		return c.Messages[0].Date.Time
	case !c.CreatedAt.IsZero():
		return c.CreatedAt.Time
	}
	return now
}

func hours(h float64) time.Duration { return time.Duration(h * float64(time.Hour)) }

// ticketID makes an id in the form of a UUIDv7 that is the same in every run:
// its time is the conversation's, its random bits are the key's.
func ticketID(key string, at time.Time) desk.TicketID {
	return desk.TicketID(uuid(key, at))
}

func uuid(key string, at time.Time) string {
	b := sha256.Sum256([]byte(key))
	ms := uint64(max(at.UnixMilli(), 0))
	for i := range 6 {
		b[i] = byte(ms >> (40 - 8*i))
	}
	b[6] = b[6]&0x0f | 0x70
	b[8] = b[8]&0x3f | 0x80
	s := hex.EncodeToString(b[:16])
	return s[:8] + "-" + s[8:12] + "-" + s[12:16] + "-" + s[16:20] + "-" + s[20:]
}
