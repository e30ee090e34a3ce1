package run

import (
	"slices"
	"time"

	"docket/app/desk"
)

// declaredPolicy is how a department runs its tickets.
type declaredPolicy struct {
	Reopen     string   `yaml:"reopen"`
	SettleDays int      `yaml:"settle_days"`
	AutoClose  string   `yaml:"autoclose"`
	Silence    string   `yaml:"silence"`
	Remind     []string `yaml:"remind"`
	MinWait    string   `yaml:"min_wait"`
	Recall     *int     `yaml:"recall_seconds"`
	FixRemind  int      `yaml:"fix_remind_days"`
	Fixed      string   `yaml:"when_fixed"`
	Reserve    int      `yaml:"reserve"`

	Languages        []string `yaml:"languages"`
	Satisfaction     string   `yaml:"satisfaction"`
	SatisfactionDays int      `yaml:"satisfaction_days"`
	Chat             string   `yaml:"chat_silence"`
	Mask             string   `yaml:"mask"`
	CCHistory        string   `yaml:"cc_history"`
	TellLowered      bool     `yaml:"tell_lowered"`
	Retention        int      `yaml:"retention_months"`
	Files            int      `yaml:"file_months"`
}

// mostRecall is for how many seconds a message may be held back.
const mostRecall = 120

// longestWait is how long anything of a policy may take.
const longestWait = 400 * 24 * time.Hour

// policy reads how a department runs its tickets; at is where the department
// is declared.
func (c *checker) policy(d declaredDepartment, at ...any) desk.Policy {
	p, here := d.Policy, sub(at, "policy")
	out := desk.Policy{Mask: c.mask(p.Mask, here...), TellLowered: p.TellLowered, SettleDays: p.SettleDays, Silence: c.wait("silence", p.Silence, here, "silence"), MinWait: c.wait("min_wait", p.MinWait, here, "min_wait"), ChatSilence: c.wait("chat_silence", p.Chat, here, "chat_silence")}
	if p.Recall != nil {
		if out.Recall = *p.Recall; out.Recall == 0 {
			out.Recall = -1
		}
		if *p.Recall < 0 || *p.Recall > mostRecall {
			c.bad("recall_seconds is %d; it is 0 to %d", a(*p.Recall, mostRecall), sub(here, "recall_seconds")...)
		}
	}
	if out.FixRemindDays = p.FixRemind; out.FixRemindDays < 0 || out.FixRemindDays > 365 {
		c.bad("fix_remind_days is %d; it is 0 to 365", a(out.FixRemindDays), sub(here, "fix_remind_days")...)
	}
	if out.Reserve = p.Reserve; out.Reserve < 0 || out.Reserve > 100 {
		c.bad("reserve is %d; it is 0 to 100", a(out.Reserve), sub(here, "reserve")...)
	}
	if c.oneOf("cc_history", p.CCHistory, []string{"later", "all"}, here) == "all" {
		out.CCHistory = desk.HistoryAll
	}
	if c.oneOf("when_fixed", p.Fixed, []string{"confirm", "solve"}, here) == "solve" {
		out.Fixed = desk.FixedSolve
	}
	reopen := c.oneOf("reopen", p.Reopen, []string{"within", "always", "never"}, here)
	if reopen != "within" {
		out.Reopen = desk.ReopenMode(reopen)
	}
	closing := c.oneOf("autoclose", p.AutoClose, []string{"silence", "reminders", "never"}, here)
	if closing != "silence" {
		out.AutoClose = desk.CloseMode(closing)
	}
	out.Languages = c.languages(p.Languages, sub(here, "languages")...)
	if c.oneOf("satisfaction", p.Satisfaction, []string{"ask", "never"}, here) == "never" {
		out.Satisfaction = desk.SatisfactionNever
	}
	if out.RateDays = p.SatisfactionDays; out.RateDays < 0 || out.RateDays > 3650 {
		c.bad("satisfaction_days is %d; it is 0 to 3650", a(out.RateDays), sub(here, "satisfaction_days")...)
	}
	for i, r := range p.Remind {
		out.Remind = append(out.Remind, c.wait("remind", r, here, "remind", i))
	}
	c.retention(p, &out, here)
	c.policyFits(d, out, here)
	return out
}

// policyFits says which switches contradict each other.
func (c *checker) policyFits(d declaredDepartment, p desk.Policy, here []any) {
	if p.SettleDays < 0 || p.SettleDays > 3650 {
		c.bad("settle_days is %d; it is 0 to 3650", a(p.SettleDays), sub(here, "settle_days")...)
	}
	if d.ReopenDays != 0 && p.Reopen != desk.ReopenWithin {
		c.bad("reopen is %s, so reopen_days says nothing; leave one of them out", a(p.Reopen), sub(here, "reopen")...)
	}
	if p.Silence != 0 && p.AutoClose != desk.CloseSilence {
		c.bad("silence belongs to autoclose: silence, and autoclose is %s", a(p.AutoClose), sub(here, "silence")...)
	}
	if p.Silence != 0 && p.Silence < p.Wait() {
		c.bad("silence is %s, and a customer has at least %s to answer (min_wait)", a(short(p.Silence), short(p.Wait())), sub(here, "silence")...)
	}
	if len(p.Remind) > 0 && p.AutoClose != desk.CloseReminders {
		c.bad("remind belongs to autoclose: reminders", nil, sub(here, "remind")...)
	}
	for i := 1; i < len(p.Remind); i++ {
		if p.Remind[i] <= p.Remind[i-1] {
			c.bad("the times of remind do not grow; write them as [24h, 72h, 120h]", nil, sub(here, "remind", i)...)
		}
	}
}

// oneOf reads a switch; empty is the first of its values.
func (c *checker) oneOf(field, value string, values []string, here []any) string {
	if value == "" {
		return values[0]
	}
	if !slices.Contains(values, value) {
		c.bad("%s is %q; it is %s%s", a(field, value, orList(values), suggest(value, values)), sub(here, field)...)
		return values[0]
	}
	return value
}

func orList(values []string) string {
	out := values[0]
	for _, v := range values[1 : len(values)-1] {
		out += ", " + v
	}
	return out + " or " + values[len(values)-1]
}

// wait reads a time such as 96h.
func (c *checker) wait(field, text string, here []any, at ...any) time.Duration {
	if text == "" {
		return 0
	}
	d, err := time.ParseDuration(text)
	switch {
	case err != nil:
		c.bad("%s is %q; write it in hours and minutes, as in 96h or 1h30m", a(field, text), sub(here, at...)...)
	case d < time.Minute || d%time.Minute != 0 || d > longestWait:
		c.bad("%s is %s; it is whole minutes, from 1m to %dh", a(field, text, int(longestWait.Hours())), sub(here, at...)...)
	}
	return d
}

// short writes a time of whole minutes as 96h or 1h30m.
func short(d time.Duration) string {
	s := d.String()
	for _, zero := range []string{"0s", "0m"} {
		if len(s) > len(zero)+1 && s[len(s)-len(zero):] == zero && (s[len(s)-len(zero)-1] == 'm' || s[len(s)-len(zero)-1] == 'h') {
			s = s[:len(s)-len(zero)]
		}
	}
	return s
}
