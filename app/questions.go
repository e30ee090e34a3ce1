package app

import (
	"slices"

	"docket/app/desk"
	"docket/app/desk/flow"
	"docket/storage/outbox"
)

// asked are the questions and steps of a ticket.
func (r *rower) asked(t *desk.Ticket) []AskInfo {
	out := []AskInfo{}
	for _, a := range t.Asks {
		out = append(out, r.askInfo(t, a))
	}
	return out
}

func (r *rower) askInfo(t *desk.Ticket, a desk.Ask) AskInfo {
	v := AskInfo{ID: string(a.ID), Text: a.Text, Step: a.Step, Required: a.Required, State: string(a.State), Answer: a.Answer, At: stamp(a.AnsweredAt)}
	if a.AnsweredBy != "" {
		v.By = r.name(t, a.AnsweredBy)
	}
	return v
}

// askedIn are what an entry asks, as it stands now. What the head does not
// keep any more was settled long ago.
func (r *rower) askedIn(t *desk.Ticket, e desk.Entry) []AskInfo {
	out := []AskInfo{}
	for _, a := range e.Asks {
		if i := slices.IndexFunc(t.Asks, func(x desk.Ask) bool { return x.ID == a.ID }); i >= 0 {
			a = t.Asks[i]
		} else if a.ID != "" {
			a.State = desk.AskAnswered
		}
		out = append(out, r.askInfo(t, a))
	}
	return out
}

// answeredIn are the answers an entry gives. One the rules have not let through
// does not know yet what it answers.
func (r *rower) answeredIn(t *desk.Ticket, e desk.Entry) []AskInfo {
	out := []AskInfo{}
	for _, a := range e.Answers {
		if i := slices.IndexFunc(t.Asks, func(x desk.Ask) bool { return x.ID == a.ID }); a.Text == "" && i >= 0 {
			a.Text, a.Step, a.Required = t.Asks[i].Text, t.Asks[i].Step, t.Asks[i].Required
		}
		out = append(out, r.askInfo(t, a))
	}
	return out
}

// beside reads what the page sends along with a message.
func beside(b Beside, into *desk.Reply) error {
	if len(b.Asks) > flow.MaxAsks || len(b.Answers) > 4*flow.MaxAsks {
		return wrong("asks", "So many questions do not fit into one message.")
	}
	for _, x := range b.Asks {
		said, err := line("asks", x.Text, maxReason)
		if err != nil {
			return err
		}
		into.Asks = append(into.Asks, desk.NewAsk{Text: said, Step: x.Step, Required: x.Required})
	}
	for _, x := range b.Answers {
		a, err := answer(x.Ask, x.State, x.Text)
		if err != nil {
			return err
		}
		into.Answers = append(into.Answers, a)
	}
	into.Refers, into.Corrects = uint64(max(b.Refers, 0)), b.Corrects //nolint:gosec // not negative
	then, more, err := also(b.Also)
	if into.Then == "" { // what the author chose at the end wins
		into.Then = then
	}
	into.Also = more
	return err
}

func answer(ask, state, said string) (desk.Answer, error) {
	a := desk.Answer{Ask: desk.AskID(ask), State: desk.AskState(state)}
	if len(ask) > 80 || !a.State.For(true) && !a.State.For(false) {
		return a, wrong("answers", "That is not an answer.")
	}
	var err error
	a.Text, err = text("answers", said, maxReason)
	return a, err
}

func viewBeside(d outbox.Draft) Beside {
	b := Beside{Asks: []NewAsk{}, Answers: []AnswerTo{}, Refers: int(d.Refers), Corrects: d.Corrects, Also: viewAlso(d.Then, d.Also)} //nolint:gosec // small
	for _, a := range d.Asks {
		b.Asks = append(b.Asks, NewAsk{Text: a.Text, Step: a.Step, Required: a.Required})
	}
	for _, a := range d.Answers {
		b.Answers = append(b.Answers, AnswerTo{Ask: string(a.Ask), State: string(a.State), Text: a.Text})
	}
	return b
}

// SettleAsk queues the team's word on a question or a step.
func (a *API) SettleAsk(ticket, ask, state, said string) error {
	return a.do(ticket, func(*session, *desk.Ticket) (desk.Args, error) {
		x, err := answer(ask, state, said)
		return desk.SettleAsk(x), err
	})
}

// sayable is a reply as an entry of its author, before the rules have seen it.
func sayable(a desk.Reply, e desk.Entry) desk.Entry {
	e.Kind, e.Text, e.Files, e.Refers, e.Corrects = desk.Message, a.Text, a.Files, a.Refers, a.Corrects
	for _, x := range a.Asks {
		e.Asks = append(e.Asks, desk.Ask{Text: x.Text, Step: x.Step, Required: x.Required})
	}
	for _, x := range a.Answers {
		e.Answers = append(e.Answers, desk.Ask{ID: x.Ask, State: x.State, Answer: x.Text})
	}
	return e
}

// wordsOf is everything a reply says, as one text.
func wordsOf(a desk.Reply) string {
	rest := sayable(desk.Reply{Asks: a.Asks, Answers: a.Answers}, desk.Entry{})
	return joined(a.Text, rest.Said())
}
