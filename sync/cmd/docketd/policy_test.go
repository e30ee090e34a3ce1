package main

import (
	"regexp"
	"strings"
	"testing"

	"docket/app/desk"
	"docket/app/desk/policy"
	"docket/storage/ledger"
)

func TestPolicyTry(t *testing.T) {
	data := sampleDesk(t)
	out := must(t, "", "policy", "try", "--data", data, "--days", "4000", "--set", "servers.silence=49h", "--set", "servers.min_wait=48h")
	m := regexp.MustCompile(`Servers: (\d+) tickets of the last 4000 days\n  (\d+) times a customer answered; the ticket would have ended before that (\d+) times, with today's switches (\d+)`).FindStringSubmatch(out)
	if m == nil || m[1] == "0" || m[2] == "0" {
		t.Fatalf("got %s", out)
	}
	never := must(t, "", "policy", "try", "--data", data, "--days", "4000", "--set", "servers.autoclose=never", "--set", "servers.first_reply=1m")
	if !strings.Contains(never, "ended before that 0 times") || strings.Contains(never, "; 0 would have been late") {
		t.Errorf("got %s", never)
	}
	if strings.Contains(out, "Billing") {
		t.Errorf("it speaks of departments nobody asked about: %s", out)
	}
	for set, want := range map[string]string{
		"silence=72h":                 "is not a switch; write it as mail.silence=72h",
		"serves.silence=72h":          `names a department "serves" there is not; did you mean "servers"?`,
		"servers.silense=72h":         `cannot be: there is no field silense here; did you mean "silence"?`,
		"servers.silence=24h":         "silence is 24h, and a customer has at least 48h to answer",
		"servers.high.silence=72h":    "has a priority, which belongs to promises only",
		"servers.hihg.first_reply=1h": `priority is "hihg"`,
		"servers.autoclose=soon":      `autoclose is "soon"; it is silence, reminders or never`,
		"servers.first_reply=soon":    `first_reply is "soon"`,
	} {
		refused(t, want, "policy", "try", "--data", data, "--set", set)
	}
}

func TestPolicyExplain(t *testing.T) {
	data := sampleDesk(t)
	refused(t, `"hello" is not a ticket's number`, "policy", "explain", "--data", data, "hello")
	refused(t, "There is no ticket 13 on this desk", "policy", "explain", "--data", data, "13")
	if out := must(t, "", "policy", "ending", "--data", data); !strings.Contains(out, "0 tickets come to their end") {
		t.Errorf("nothing ends, and it says %q", out)
	}
	var ends, quiet string
	err := store{Data: data}.view(t.Context(), func(tx *ledger.Tx) error {
		return tx.EachTicket(func(t *desk.Ticket) error {
			switch {
			case !t.Waiting.Close.IsZero():
				ends = t.Number.String()
			case policy.Next(t).IsZero():
				quiet = t.Number.String()
			}
			return nil
		})
	})
	if err != nil || ends == "" || quiet == "" {
		t.Fatalf("%v; a ticket that ends: %q, one that rests: %q", err, ends, quiet)
	}
	day := `\n  \w{3} \d+ \w{3} 20\d\d \d\d:\d\d:\d\d  `
	for number, want := range map[string]string{
		ends:  `waiting customer, priority \w+; times of \w+(/\w+)?` + day + `(.|\n)*` + day + `solved for want of an answer \(policy: autoclose`,
		quiet: `\n  nothing happens by itself\n`,
	} {
		if out := must(t, "", "policy", "explain", "--data", data, "#"+number); !regexp.MustCompile(want).MatchString(out) {
			t.Errorf("got %swant %s", out, want)
		}
	}
}
