package app

import (
	"docket/app/desk"
)

// WorkaroundInfo is a way around the trouble, and what the customer says of it.
type WorkaroundInfo struct {
	Text    string `json:"text"`
	Ref     int    `json:"ref"`
	By      string `json:"by"`
	Verdict string `json:"verdict"`
	Why     string `json:"why"`
	// Pending says that it works and the fix is to come.
	Pending bool `json:"pending"`
}

// ProposeWorkaround queues sending the customer a way around their trouble.
func (a *API) ProposeWorkaround(ticket, words string) error {
	return a.do(ticket, func(*session, *desk.Ticket) (desk.Args, error) {
		words, err := text("text", words, maxText)
		return desk.ProposeWorkaround{Text: words}, err
	})
}

// JudgeWorkaround queues the customer's word on it.
func (a *API) JudgeWorkaround(ticket, verdict, why string) error {
	return a.do(ticket, func(*session, *desk.Ticket) (desk.Args, error) {
		switch v := desk.Verdict(verdict); v {
		case desk.VerdictWorks, desk.VerdictPartly, desk.VerdictCannot, desk.VerdictStopped:
			why, err := text("why", why, maxReason)
			return desk.JudgeWorkaround{Verdict: v, Why: why}, err
		}
		return nil, wrong("verdict", "That is not an answer to whether it works.")
	})
}

func (r *rower) workaround(t *desk.Ticket) *WorkaroundInfo {
	w := t.Workaround
	if w.At.IsZero() {
		return nil
	}
	return &WorkaroundInfo{
		Text: w.Text, Ref: int(w.Message), By: r.name(t, w.By), Verdict: string(w.Verdict), Why: w.Why, //nolint:gosec // small
		Pending: w.Verdict == desk.VerdictWorks && t.Status == desk.OnHold,
	}
}

var verdictWords = map[desk.Verdict]string{
	desk.VerdictWorks: "the workaround works", desk.VerdictPartly: "the workaround works in part",
	desk.VerdictCannot: "the workaround cannot be used", desk.VerdictStopped: "the workaround does not work any more",
}

func judgedLine(e desk.Entry, who string) string {
	words := verdictWords[desk.Verdict(e.To)]
	if words == "" {
		return unknownLine()
	}
	return say("{who} said that {what}", "who", who, "what", say(words)) + more(e.Text)
}
