package app

import (
	"strings"

	"docket/app/desk"
	"docket/app/desk/flow"
	"docket/app/desk/policy"
	"docket/storage/outbox"
)

// TopicInfo is something a request can be about.
type TopicInfo struct {
	ID     string `json:"id"`
	Parent string `json:"parent"`
	Name   string `json:"name"`
	For    string `json:"for"`
	// Department is where it goes; Type what it is unless its author says so.
	Department string `json:"department"`
	Type       string `json:"type"`
	// Retired is the topic that took its place, "" for one that is offered.
	Retired string `json:"retired"`
}

// FieldInfo is a question of a form, and why the answer to it does not fit.
type FieldInfo struct {
	ID       string   `json:"id"`
	Label    string   `json:"label"`
	Hint     string   `json:"hint"`
	Type     string   `json:"type"`
	Required bool     `json:"required"`
	Options  []string `json:"options"`
	Wrong    string   `json:"wrong"`
}

// AnswerInfo is an answer to a question of a form. Words are what is shown.
type AnswerInfo struct {
	Field string `json:"field"`
	Label string `json:"label"`
	Type  string `json:"type"`
	Value string `json:"value"`
	Words string `json:"words"`
}

// FormInfo is what a topic asks of whoever gave some answers so far.
type FormInfo struct {
	Form    string      `json:"form"`
	Version int         `json:"version"`
	Fields  []FieldInfo `json:"fields"`
	// Earliest is the day by which it can be there, "" where that is not said;
	// Approver says that somebody has to approve it.
	Earliest string `json:"earliest"`
	Approver bool   `json:"approver"`
	// Missing are the labels of what has to be answered and is not.
	Missing []string `json:"missing"`
}

// Filed is what a request is about, and what its form was answered with.
type Filed struct {
	Topic   string       `json:"topic"`
	Form    string       `json:"form"`
	Version int          `json:"version"`
	Answers []AnswerInfo `json:"answers"`
}

// FiledInfo is that of a ticket: with what its topic is called, and what its form
// still needs.
type FiledInfo struct {
	Filed
	Name    string      `json:"name"`
	Missing []FieldInfo `json:"missing"`
}

// Topics gives what a request can be about, those that are retired too, so that
// a draft that names one finds its successor.
func (a *API) Topics() ([]TopicInfo, error) {
	s, err := a.session()
	if err != nil {
		return nil, err
	}
	d, err := s.cache.Desk()
	if err != nil {
		return nil, err
	}
	place := s.place()
	out := []TopicInfo{}
	for _, t := range d.Topics {
		v := TopicInfo{ID: string(t.ID), Parent: string(t.Parent), Name: t.Name, For: t.For, Department: string(t.Department), Type: string(t.Type)}
		if t.Retired != "" {
			to, ok := place.Topic(t.ID)
			if !ok {
				continue
			}
			v.Retired = string(to.ID)
		}
		out = append(out, v)
	}
	return out, nil
}

// Form gives what a topic asks, by the same rules the server has. It works
// offline.
func (a *API) Form(topic string, answers []AnswerInfo) (FormInfo, error) {
	s, err := a.session()
	if err != nil {
		return FormInfo{}, err
	}
	given, err := givens(answers)
	if err != nil {
		return FormInfo{}, err
	}
	place := s.place()
	t, _ := place.Topic(desk.TopicID(topic))
	f := place.Forms[t.Form]
	out := FormInfo{
		Form: string(f.ID), Version: f.Version, Earliest: s.rower().earliest(t), Approver: f.Approver, Fields: []FieldInfo{}, Missing: []string{},
	}
	for _, x := range policy.Asked(f, given) {
		v := fieldInfo(x)
		for _, g := range given {
			if g.Field == x.ID {
				v.Wrong = unfit(policy.Fits(x, g.Value))
			}
		}
		out.Fields = append(out.Fields, v)
	}
	for _, x := range policy.Missing(f, given) {
		out.Missing = append(out.Missing, x.Label)
	}
	return out, nil
}

func fieldInfo(x desk.Field) FieldInfo {
	kind := x.Type
	if kind == "" {
		kind = desk.FieldText
	}
	return FieldInfo{ID: x.ID, Label: x.Label, Hint: x.Hint, Type: string(kind), Required: x.Required, Options: append([]string{}, x.Options...)}
}

// SetTopic queues filing a ticket under another topic.
func (a *API) SetTopic(ticket, to string) error {
	return a.do(ticket, func(_ *session, t *desk.Ticket) (desk.Args, error) {
		id, err := topicID(to)
		return desk.SetTopic{From: t.Topic, To: id}, err
	})
}

// FillIn queues answers to the ticket's form.
func (a *API) FillIn(ticket string, answers []AnswerInfo) error {
	return a.do(ticket, func(*session, *desk.Ticket) (desk.Args, error) {
		given, err := givens(answers)
		return desk.FillIn{Answers: given}, err
	})
}

func topicID(s string) (desk.TopicID, error) {
	if !desk.ValidSlug(s) {
		return "", wrong("topic", "That is not a topic.")
	}
	return desk.TopicID(s), nil
}

// givens reads answers of the page; their rules are flow's.
func givens(in []AnswerInfo) ([]desk.Given, error) {
	if len(in) > flow.MaxGiven {
		return nil, wrong("form", "So many answers do not fit into one form.")
	}
	var out []desk.Given
	for _, x := range in {
		g := desk.Given{Field: x.Field, Type: desk.FieldType(x.Type)}
		if !desk.ValidSlug(x.Field) {
			return nil, wrong("form", "That is not a question of a form.")
		}
		var err error
		if g.Label, err = line("form", x.Label, 4*flow.MaxSubject); err != nil {
			return nil, err
		}
		if g.Value, err = text("form", x.Value, 4*flow.MaxAnswer); err != nil {
			return nil, err
		}
		if g.Words, err = text("form", x.Words, 4*flow.MaxAnswer); err != nil {
			return nil, err
		}
		out = append(out, g)
	}
	return out, nil
}

// filed reads what a request of the page is about.
func filed(f Filed) (desk.TopicID, desk.Filled, error) {
	given, err := givens(f.Answers)
	if err != nil || f.Topic == "" {
		return "", desk.Filled{Answers: given}, err
	}
	topic, err := topicID(f.Topic)
	if err == nil && f.Form != "" && !desk.ValidSlug(f.Form) {
		err = wrong("form", "That is not a form.")
	}
	return topic, desk.Filled{Form: desk.FormID(f.Form), Version: min(max(f.Version, 0), 1<<30), Answers: given}, err
}

func viewGivens(in []desk.Given) []AnswerInfo {
	out := []AnswerInfo{}
	for _, g := range in {
		out = append(out, AnswerInfo{Field: g.Field, Label: or(g.Label, g.Field), Type: string(g.Type), Value: g.Value, Words: g.Said()})
	}
	return out
}

func viewFiled(d outbox.Draft) Filed {
	return Filed{Topic: string(d.Topic), Form: string(d.Filled.Form), Version: d.Filled.Version, Answers: viewGivens(d.Filled.Answers)}
}

// filedUnder is what a ticket is about.
func (r *rower) filedUnder(t *desk.Ticket) FiledInfo {
	out := FiledInfo{
		Filed: Filed{Topic: string(t.Topic), Form: string(t.Filled.Form), Version: t.Filled.Version, Answers: viewGivens(t.Filled.Answers)},
		Name:  or(t.TopicName, r.place.Topics[t.Topic].Name), Missing: []FieldInfo{},
	}
	if f, ok := r.place.Forms[r.place.Topics[t.Topic].Form]; ok && !t.Status.Done() {
		for _, x := range policy.Missing(f, t.Filled.Answers) {
			out.Missing = append(out.Missing, fieldInfo(x))
		}
	}
	return out
}

func topicLine(e desk.Entry, who string) string {
	switch to := or(e.ToName, e.To); {
	case e.Reason == "retired":
		return say("“{from}” is part of “{to}” now, so this went there", "from", or(e.Text, e.From), "to", to)
	case e.Text != "":
		return say("{who} moved this from “{from}” to “{to}”", "who", who, "from", e.Text, "to", to)
	default:
		return say("{who} put this under “{to}”", "who", who, "to", to)
	}
}

func filledLine(e desk.Entry, who string) string {
	var said []string
	for _, g := range e.Given {
		said = append(said, or(g.Label, g.Field)+": "+g.Said())
	}
	return say("{who} filled in {what}", "who", who, "what", strings.Join(said, ", "))
}

// unfit says what is wrong with an answer.
func unfit(_, wrong string) string {
	if wrong == "" {
		return ""
	}
	return say("This {wrong, select, choice {is none of those offered. Choose one of them.} number {is not a number. Write it in digits, such as 12 or 12.5.} other {is not a date. Write it as 2026-03-31.}}", "wrong", wrong)
}
