package policy_test

import (
	"slices"
	"testing"
	"time"

	"pgregory.net/rapid"

	"docket/app/desk"
	"docket/app/desk/policy"
)

// No figure is better than what was: at least half came within the one, nine in
// ten within the other. Out of fewer than twenty nothing is said.
func TestUsualReplyIsNeverBetterThanItWas(t *testing.T) {
	rapid.Check(t, func(rt *rapid.T) {
		took := rapid.SliceOfN(rapid.Custom(func(rt *rapid.T) time.Duration {
			return time.Duration(rapid.Int64Range(0, int64(150*time.Hour)).Draw(rt, "took"))
		}), 0, 60).Draw(rt, "all")
		counts := policy.ReplyCounts{}
		for _, d := range took {
			counts[policy.ReplyTime(d)]++
		}
		r, ok := policy.UsualReply(desk.UrgencyHigh, counts)
		if len(took) < 20 && ok {
			rt.Fatalf("%d replies were said something of", len(took))
		}
		if !ok {
			return
		}
		within := func(d time.Duration) (n int) {
			for _, x := range took {
				if x <= d {
					n++
				}
			}
			return n
		}
		if r.Urgency != desk.UrgencyHigh || within(r.Half)*2 < len(took) || within(r.Most)*10 < len(took)*9 || r.Half > r.Most {
			rt.Fatalf("%v of %v", r, took)
		}
		// And not worse than it has to be: the next better time would be untrue.
		slices.Sort(took)
		if middle := took[(len(took)+1)/2-1]; r.Half > 30*time.Minute && r.Half > 2*middle {
			rt.Fatalf("half came within %v, and %v is said", middle, r.Half)
		}
	})
}

// What is said keeps to opening time, and falls back to the department's words;
// the promise is a sentence of its own and never gone.
func TestWhatIsExpectedInWords(t *testing.T) {
	week := desk.Calendar{Zone: "Europe/Berlin", Week: []desk.Span{{Day: time.Monday, From: 480, To: 1080}}}
	known := desk.Outlook{Department: "mail", Replies: []desk.UsualReply{
		{Urgency: desk.UrgencyNormal, Half: 40 * time.Minute, Most: 3 * time.Hour}, {Urgency: desk.UrgencyHigh, Half: time.Hour, Most: time.Hour},
	}}
	some := known
	some.Replies = append([]desk.UsualReply{{Half: 2 * time.Hour, Most: 5 * time.Hour}}, known.Replies...)
	promise := []desk.Promise{{FirstReply: 2 * time.Hour}}
	for name, c := range map[string]struct {
		d              desk.Department
		o              desk.Outlook
		u              desk.Urgency
		want, promised string
	}{
		"figures":                 {desk.Department{Reply: "soon", Open: week, Promises: promise}, known, desk.UrgencyNormal, "usually 40\u00a0min, nearly always within 3\u00a0h of opening time", "within 2\u00a0h of opening time"},
		"day and night":           {desk.Department{Promises: promise}, known, desk.UrgencyNormal, "usually 40\u00a0min, nearly always within 3\u00a0h", "within 2\u00a0h"},
		"both the same":           {desk.Department{Promises: promise}, known, desk.UrgencyHigh, "nearly always within 1\u00a0h", "within 2\u00a0h"},
		"none of this urgency":    {desk.Department{Reply: "soon", Promises: promise}, known, desk.UrgencyQuestion, "soon", "within 2\u00a0h"},
		"too few of this urgency": {desk.Department{Reply: "soon", Promises: promise}, some, desk.UrgencyQuestion, "usually 2\u00a0h, nearly always within 5\u00a0h, over all urgencies", "within 2\u00a0h"},
		"too few, while it opens": {desk.Department{Reply: "soon", Open: week}, some, desk.UrgencyEmergency, "usually 2\u00a0h, nearly always within 5\u00a0h of opening time, over all urgencies", ""},
		"enough of this urgency":  {desk.Department{Promises: promise}, some, desk.UrgencyHigh, "nearly always within 1\u00a0h", "within 2\u00a0h"},
		"nothing known":           {desk.Department{Open: week, Promises: promise}, desk.Outlook{}, desk.UrgencyNormal, "within 2\u00a0h of opening time", "within 2\u00a0h of opening time"},
		"nothing at all":          {desk.Department{}, desk.Outlook{}, desk.UrgencyNormal, "", ""},
	} {
		if got := policy.Expected(c.d, c.o, c.u).String(); got != c.want {
			t.Errorf("%s: %q, want %q", name, got, c.want)
		}
		if got := policy.Promises(c.d, c.u).String(); got != c.promised {
			t.Errorf("%s: promised %q, want %q", name, got, c.promised)
		}
	}
}
