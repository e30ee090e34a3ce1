package desk

import "time"

// TopicID names a topic, as the operator chose.
type TopicID string

// FormID names a form, as the operator chose.
type FormID string

// Topic is what a request can be about, chosen before anything is written. A
// topic lies under another or under none; there are two levels (BEHAVIOURS 0.1).
type Topic struct {
	ID     TopicID `json:"id"`
	Parent TopicID `json:"parent,omitempty"`
	Name   string  `json:"name"`
	// For says what it is for, in a customer's words.
	For        string `json:"for,omitempty"`
	Department DeptID `json:"department,omitempty"`
	// Form is what is asked; "" asks nothing.
	Form FormID `json:"form,omitempty"`
	// Type is what a request of it is unless its author says otherwise.
	Type Type `json:"type,omitempty"`
	// Priority is what a ticket of it begins with; the team's. "" is normal.
	Priority Priority `json:"priority,omitempty"`
	// Retired names the topic that took this one's place; it is not offered any
	// more, and what still names it goes to its successor.
	Retired TopicID `json:"retired,omitempty"`
	// Lead is how much opening time its work takes from when it is asked for;
	// customers are told (BEHAVIOURS 3.15).
	Lead time.Duration `json:"lead,omitempty"`
	// Alerts are how much opening time before it is needed somebody is reminded,
	// the longest first; the team's.
	Alerts []time.Duration `json:"alerts,omitempty"`
}

// Topic gives the topic that stands where id stood: itself, or what took its
// place.
func (p Place) Topic(id TopicID) (Topic, bool) {
	for range len(p.Topics) + 1 {
		t, ok := p.Topics[id]
		if !ok || t.Retired == "" {
			return t, ok
		}
		id = t.Retired
	}
	return Topic{}, false
}

// Place gives the reference data of a desk as the rules need them; people and
// organizations are for the caller to add.
func (d Desk) Place() Place {
	p := Place{
		Departments: make(map[DeptID]Department, len(d.Departments)), People: map[PersonID]Person{}, Orgs: map[OrgID]Organization{},
		Topics: make(map[TopicID]Topic, len(d.Topics)), Forms: make(map[FormID]Form, len(d.Forms)), Misuse: d.Misuse, Held: make(map[OrgID]bool, len(d.Held)),
	}
	for _, h := range d.Held {
		p.Held[h.Org] = true
	}
	for _, x := range d.Departments {
		p.Departments[x.ID] = x
	}
	for _, x := range d.Topics {
		p.Topics[x.ID] = x
	}
	for _, x := range d.Forms {
		p.Forms[x.ID] = x
	}
	return p
}

// FieldType is what a field of a form is answered with.
type FieldType string

// The types of field. A date is written 2006-01-02. A person is somebody the
// author may know, or a name; a reference something the organization holds, or
// a text.
const (
	FieldText      FieldType = "text"
	FieldChoice    FieldType = "choice"
	FieldNumber    FieldType = "number"
	FieldDate      FieldType = "date"
	FieldPerson    FieldType = "person"
	FieldReference FieldType = "reference"
)

// FieldTypes are all there are.
func FieldTypes() []FieldType {
	return []FieldType{FieldText, FieldChoice, FieldNumber, FieldDate, FieldPerson, FieldReference}
}

// Field is one question of a form.
type Field struct {
	ID       string    `json:"id"`
	Label    string    `json:"label"`
	Hint     string    `json:"hint,omitempty"`
	Type     FieldType `json:"type,omitempty"` // "" is text
	Required bool      `json:"required,omitempty"`
	// Options are what a choice is made from, in the words that are shown.
	Options []string  `json:"options,omitempty"`
	When    Condition `json:"when,omitzero"`
}

// Condition holds once another field of the form is asked and answered with Is,
// or at all if Is is empty. The zero Condition always holds.
type Condition struct {
	Field string `json:"field,omitempty"`
	Is    string `json:"is,omitempty"`
}

// Form is what is asked of whoever chooses a topic (BEHAVIOURS 1.9).
type Form struct {
	ID FormID `json:"id"`
	// Version counts the changes of what it asks, from 1.
	Version int     `json:"version"`
	Fields  []Field `json:"fields,omitempty"`
	// Checklist is what has to be done; Approver says that somebody has to
	// approve it first (BEHAVIOURS 3.13).
	Checklist []CheckItem `json:"checklist,omitempty"`
	Approver  bool        `json:"approver,omitempty"`
}

// Filled is a form as it was filled in: which one, in which version, and the
// answers in the order they were asked.
type Filled struct {
	Form    FormID  `json:"form,omitempty"`
	Version int     `json:"version,omitempty"`
	Answers []Given `json:"answers,omitempty"`
}

// Given is an answer with the words it was asked with, so that it can be read
// when the form is another one. It is public.
type Given struct {
	Field string    `json:"field"`
	Label string    `json:"label,omitempty"`
	Type  FieldType `json:"type,omitempty"`
	// Value is the answer; of a person or a reference its id, or "" where it is
	// known by its words only.
	Value string `json:"value,omitempty"`
	Words string `json:"words,omitempty"` // as it is shown
}

// Answered reports whether anything was said.
func (g Given) Answered() bool { return g.Value != "" || g.Words != "" }

// Said is the answer as people read it.
func (g Given) Said() string {
	if g.Words != "" {
		return g.Words
	}
	return g.Value
}

// CmdTopic files a ticket under another topic, CmdFill fills in its form.
const (
	CmdTopic CommandKind = "topic"
	CmdFill  CommandKind = "fill"
)

// SetTopic files a ticket under another topic; staff only. What was answered
// stays, whatever the new form asks.
type SetTopic struct {
	From TopicID `json:"from,omitempty"`
	To   TopicID `json:"to"`
}

// Kind implements Args.
func (SetTopic) Kind() CommandKind { return CmdTopic }

// FillIn answers fields of the ticket's form that are missing or changed.
// Whoever takes part may.
type FillIn struct {
	Answers []Given `json:"answers"`
}

// Kind implements Args.
func (FillIn) Kind() CommandKind { return CmdFill }
