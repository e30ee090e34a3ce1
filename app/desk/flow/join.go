package flow

import (
	"slices"

	"docket/app/desk"
	"docket/app/desk/policy"
)

// MaxJoined is how many people can say that they have the same trouble.
const MaxJoined = 100

// join notes who has the same trouble (BEHAVIOURS N14). It gives nobody a right:
// who may read the ticket may say so. What they say may raise the priority that
// is proposed, which the team confirms.
func (d *decision) join(a desk.Join) error {
	me := d.actor.Person
	i := slices.IndexFunc(d.t.Joined, func(j desk.Joiner) bool { return j.Person == me })
	if a.Leave {
		if i < 0 {
			return nil
		}
		d.t.Joined = slices.Delete(d.t.Joined, i, i+1)
		if len(d.t.Joined) == 0 {
			d.t.Joined = nil
		}
		d.add(desk.Entry{Kind: desk.JoinedIt, From: string(me)}, desk.Public)
		return nil
	}
	text, err := checkLine("text", "line", a.Text, MaxClaim)
	if err != nil {
		return err
	}
	if err := validClaim(desk.Claim{Impact: a.Impact, Severity: a.Severity}); err != nil {
		return err
	}
	switch {
	case me == d.t.Requester:
		return invalid("", "This is your own request already.", "Write a message if it became worse.")
	case d.t.Status.Done():
		return invalid("", "This is solved.", "Write a request of your own if you still have it.")
	case d.t.Into != "":
		return invalid("", "This goes on in another request.", "Join that one, or write a request of your own.")
	case i >= 0 && d.t.Joined[i].Impact == a.Impact && d.t.Joined[i].Severity == a.Severity && text == "":
		return nil
	case i < 0 && len(d.t.Joined) >= MaxJoined:
		return invalid("", "{n} people have joined this already.", "Write a request of your own, so that you hear of it.").With("n", MaxJoined)
	}
	j := desk.Joiner{Person: me, Impact: a.Impact, Severity: a.Severity, At: d.now}
	if i >= 0 {
		d.t.Joined[i] = j
	} else {
		d.t.Joined = append(d.t.Joined, j)
	}
	d.add(desk.Entry{Kind: desk.JoinedIt, To: string(me), ToName: d.nameOf(me), Text: text}, desk.Public)
	d.judgeAnew()
	return nil
}

// judgeAnew has the team asked once more, when more are affected than they had
// in mind.
func (d *decision) judgeAnew() {
	if d.lesser || !d.t.Judged {
		return
	}
	before, after := *d.st.Ticket, d.t
	before.Judged, after.Judged = false, false
	was, _ := policy.Propose(&before)
	is, ok := policy.Propose(&after)
	if ok && policy.Above(is.Priority, d.t.Priority) && is.Priority != was.Priority {
		d.t.Judged = false
	}
}
