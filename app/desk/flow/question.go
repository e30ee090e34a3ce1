package flow

import (
	"fmt"
	"slices"
	"strings"
	"unicode/utf8"

	"docket/app/desk"
	"docket/app/desk/access"
)

// The limits of questions: of one's words, of how many a reply brings, of how
// many are open on a ticket, and of how many a head keeps.
const (
	MaxAsk      = 300 // characters
	MaxAsks     = 12
	maxOpenAsks = 30
	maxKeptAsks = 40
)

// asks checks what a reply of ours asks, and names it.
func (d *decision) asks(in []desk.NewAsk) ([]desk.Ask, error) {
	if len(in) == 0 {
		return nil, nil
	}
	if !d.ours() || access.Can(d.actor, &d.t, desk.CmdStatus) != nil {
		return nil, invalid("asks", "Only who works on the ticket can ask with a list.", "Write your question into the message.")
	}
	if len(in) > MaxAsks {
		return nil, invalid("asks", "There are {n} questions; a reply can have {most}.", "Ask what matters most first.").With("n", len(in), "most", MaxAsks)
	}
	var out []desk.Ask
	for i, a := range in {
		what := "question"
		if a.Step {
			what = "step"
		}
		text, err := checkLine("asks", what, a.Text, MaxAsk)
		if err != nil {
			return nil, err
		}
		if text == "" {
			return nil, invalid("asks", "A {what, select, other {{what}}} is empty.", "Write it, or remove it.").With("what", what)
		}
		out = append(out, desk.Ask{ID: desk.AskID(fmt.Sprintf("%s/%d", d.cmd.ID, i+1)), Text: text, Step: a.Step, Required: a.Required})
	}
	open := len(out)
	for i := range d.t.Asks {
		if d.t.Asks[i].Open() {
			open++
		}
	}
	if open > maxOpenAsks {
		return nil, invalid("asks", "{n} questions would be open on this ticket; it can have {most}.", "Settle those that are not needed any more.").With("n", open, "most", maxOpenAsks)
	}
	return out, nil
}

// keepAsks adds what is asked to the head, and lets go of the oldest of what
// was settled; the conversation keeps it.
func (d *decision) keepAsks(asks []desk.Ask) {
	for _, a := range asks {
		a.Seq = d.t.PublicSeq + 1 // the message that follows
		d.t.Asks = append(d.t.Asks, a)
	}
	for len(d.t.Asks) > maxKeptAsks {
		i := slices.IndexFunc(d.t.Asks, func(a desk.Ask) bool { return !a.Open() })
		if i < 0 {
			return
		}
		d.t.Asks = slices.Delete(d.t.Asks, i, i+1)
	}
}

// answers lays what the asking side answers over the head, and gives it as the
// conversation keeps it. An answer to what has one already is a newer answer:
// two people may write at once, and no word of a customer's bounces.
func (d *decision) answers(in []desk.Answer) ([]desk.Ask, error) {
	if len(in) == 0 {
		return nil, nil
	}
	if d.ours() {
		return nil, invalid("answers", "These questions are for the customer.", "Note the answer on the question itself.")
	}
	var out []desk.Ask
	for _, a := range in {
		if slices.ContainsFunc(out, func(x desk.Ask) bool { return x.ID == a.Ask }) {
			return nil, invalid("answers", "A question is answered twice.", "Keep one of the answers.")
		}
		if a.State == desk.AskDropped {
			return nil, invalid("answers", "Only the support desk can take a question back.", "Say that you cannot answer it.")
		}
		said, err := d.become(a)
		if err != nil {
			return nil, err
		}
		if said.State == desk.AskAnswered && strings.TrimSpace(said.Answer) == "" {
			return nil, invalid("answers", "An answer is empty.", "Write it, or say that you cannot answer.")
		}
		out = append(out, said)
	}
	return out, nil
}

// become lays one answer over the head.
func (d *decision) become(a desk.Answer) (desk.Ask, error) {
	i := slices.IndexFunc(d.t.Asks, func(x desk.Ask) bool { return x.ID == a.Ask })
	if i < 0 || d.before(d.t.Asks[i].Seq) {
		return desk.Ask{}, invalid("answers", "This is not asked any more.", "Write it into a message.")
	}
	ask := &d.t.Asks[i]
	if !a.State.For(ask.Step) {
		return desk.Ask{}, invalid("answers", "This is not an answer to what was asked.", "Choose one of those offered.")
	}
	text, err := checkText("answers", a.Text)
	if err != nil {
		return desk.Ask{}, err
	}
	if n := utf8.RuneCountInString(text); n > MaxReason {
		return desk.Ask{}, invalid("answers", "An answer has {n} characters; it can have {most}.", "Put the long part into the message.").With("n", n, "most", MaxReason)
	}
	ask.State, ask.AnsweredBy, ask.AnsweredAt = a.State, d.actor.Person, d.now
	said := *ask
	said.Answer, ask.Answer = text, oneLine(text)
	return said, nil
}

// waitsForAnswers reports whether something is open that the ticket waits for.
func (d *decision) waitsForAnswers() bool {
	return slices.ContainsFunc(d.t.Asks, func(a desk.Ask) bool { return a.Required && a.Open() })
}

// openAsks are the questions and steps a reminder quotes.
func (d *decision) openAsks() []string {
	var out []string
	for _, a := range d.t.Asks {
		if a.Open() {
			out = append(out, a.Text)
		}
	}
	return out
}

// settle is the team's word on what is open. Whose turn it is stays as it is.
func (d *decision) settle(a desk.SettleAsk) error {
	if i := slices.IndexFunc(d.t.Asks, func(x desk.Ask) bool { return x.ID == a.Ask }); i >= 0 && !d.t.Asks[i].Open() {
		if d.t.Asks[i].State == a.State && d.t.Asks[i].Answer == oneLine(a.Text) {
			return nil
		}
		return conflict("ask", "This has an answer by now.", string(d.t.Asks[i].State))
	}
	said, err := d.become(desk.Answer(a))
	if err != nil {
		return err
	}
	d.add(desk.Entry{Kind: desk.AskSettled, Answers: []desk.Ask{said}}, desk.Public)
	return nil
}
