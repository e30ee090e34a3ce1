package flow

import (
	"docket/app/desk"
)

// MaxComment is how long the words beside a score may be.
const MaxComment = 1_000 // characters

// asksHowItWas asks the requester once something is solved: once for a ticket,
// and again only where it was solved anew long after that. Who gave it up, or
// was never heard again, is not asked.
func (d *decision) asksHowItWas(reason string) {
	p := d.st.Place.Departments[d.t.Department].Policy
	switch {
	case p.Satisfaction == desk.SatisfactionNever, d.t.Cause == desk.CauseDuplicate:
		return
	case reason == "no_answer" || reason == string(desk.CauseNotAnswered) || reason == "self" || reason == "not_needed":
		return
	case !d.t.Rating.Asked.IsZero() && d.now.Before(d.t.Rating.Asked.Add(p.RateAgain())):
		return
	}
	d.t.Rating = desk.Rating{Asked: d.now}
}

// rate keeps what the requester said of how it was. It opens nothing, starts no
// clock and asks nobody for anything.
func (d *decision) rate(a desk.Rate) error {
	comment, err := checkLine("comment", "comment", a.Comment, MaxComment)
	if err != nil {
		return err
	}
	r := d.t.Rating
	switch {
	case a.Score != desk.Good && a.Score != desk.Bad:
		return invalid("score", "This is no answer to how it was.", "Choose one of the two.")
	case d.t.Status != desk.Solved && d.t.Status.Done():
		return invalid("score", "This request is closed, so what you said of it stays as it is.", "Open a new request if something is left to say.")
	case d.t.Status != desk.Solved:
		return invalid("score", "This request is open again.", "Say how it was once it is solved.")
	case r.Asked.IsZero():
		return invalid("score", "Nobody asked how this was.", "Write a message instead.")
	case r.Score == a.Score && r.Comment == comment:
		return nil
	}
	d.t.Rating = desk.Rating{Asked: r.Asked, Score: a.Score, Comment: comment, At: d.now}
	d.add(desk.Entry{Kind: desk.Rated, From: string(r.Score), To: string(a.Score), Text: comment}, desk.Public)
	return nil
}
