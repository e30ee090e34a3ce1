package run

import (
	"fmt"
	"slices"
	"strings"
	"time"

	"gopkg.in/yaml.v3"

	"docket/app/desk"
)

// Change gives departments as they would be with switches set otherwise, each
// as DEPARTMENT.FIELD=VALUE or, for a promise, DEPARTMENT.PRIORITY.FIELD=VALUE,
// with the fields and values of desk.yaml. Nothing is written.
func Change(departments []desk.Department, sets []string) ([]desk.Department, error) {
	out := slices.Clone(departments)
	for _, set := range sets {
		path, value, ok := strings.Cut(set, "=")
		parts := strings.Split(path, ".")
		if !ok || len(parts) < 2 || len(parts) > 3 {
			return nil, notASwitch(set, "is not a switch; write it as mail.silence=72h or mail.high.first_reply=1h")
		}
		i := slices.IndexFunc(out, func(d desk.Department) bool { return string(d.ID) == parts[0] })
		if i < 0 {
			var known []string
			for _, d := range out {
				known = append(known, string(d.ID))
			}
			return nil, notASwitch(set, fmt.Sprintf("names a department %q there is not%s", parts[0], suggest(parts[0], known)))
		}
		d, err := change(out[i], parts[1:], value)
		if err != nil {
			return nil, notASwitch(set, err.Error())
		}
		out[i] = d
	}
	return out, nil
}

func notASwitch(set, what string) error {
	return &desk.Error{Code: desk.CodeInvalid, Field: "set", Message: fmt.Sprintf("%q %s.", set, what), Hint: "Nothing was changed. desk.yaml of the sample desk explains every switch."}
}

// promiseFields are the switches of a promise; all others are a policy's.
var promiseFields = []string{"first_reply", "next_reply", "assign", "resolve", "stale", "always"}

func change(d desk.Department, path []string, value string) (desk.Department, error) {
	field := path[len(path)-1]
	line := fmt.Sprintf("%s: %s", field, value)
	declared := declaredDepartment{ID: string(d.ID), ReopenDays: d.ReopenDays, Policy: undeclare(d.Policy)}
	for _, p := range d.Promises {
		declared.Promises = append(declared.Promises, declaredPromise{
			Priority: string(p.Priority), FirstReply: undeclared(p.FirstReply), NextReply: undeclared(p.NextReply),
			Assign: undeclared(p.Assign), Resolve: undeclared(p.Resolve), Stale: undeclared(p.Stale), Always: p.Always,
		})
	}
	var into any = &declared.Policy
	switch {
	case slices.Contains(promiseFields, field):
		priority := ""
		if len(path) == 2 {
			priority = path[0]
		}
		i := slices.IndexFunc(declared.Promises, func(p declaredPromise) bool { return p.Priority == priority })
		if i < 0 {
			i = len(declared.Promises)
			declared.Promises = append(declared.Promises, declaredPromise{Priority: priority})
		}
		into = &declared.Promises[i]
	case field == "reopen_days":
		into = &declared
	case len(path) == 2:
		return d, fmt.Errorf("has a priority, which belongs to promises only: %s", strings.Join(promiseFields, ", "))
	}
	dec := yaml.NewDecoder(strings.NewReader(line))
	dec.KnownFields(true)
	if err := dec.Decode(into); err != nil {
		return d, fmt.Errorf("cannot be: %s", strings.TrimPrefix(yamlMistakes([]byte(line), err)[0], "line 1: "))
	}
	c := checker{d: &declaration{}}
	d.ReopenDays, d.Policy, d.Promises = declared.ReopenDays, c.policy(declared), c.promises(declared.Promises)
	if len(c.found) > 0 {
		return d, fmt.Errorf("cannot be: %s", strings.TrimPrefix(c.found[0], "line 1: "))
	}
	return d, nil
}

func undeclare(p desk.Policy) declaredPolicy {
	out := declaredPolicy{
		TellLowered: p.TellLowered, Reopen: string(p.Reopen), SettleDays: p.SettleDays, AutoClose: string(p.AutoClose),
		FixRemind: p.FixRemindDays, Fixed: string(p.Fixed), Reserve: p.Reserve, Silence: undeclared(p.Silence), MinWait: undeclared(p.MinWait), Chat: undeclared(p.ChatSilence), Mask: p.Mask, CCHistory: string(p.CCHistory),
		Retention: p.RetentionMonths, Files: p.FileMonths,
	}
	if seconds := max(p.Recall, 0); p.Recall != 0 {
		out.Recall = &seconds
	}
	for _, r := range p.Remind {
		out.Remind = append(out.Remind, undeclared(r))
	}
	return out
}

func undeclared(d time.Duration) string {
	if d == 0 {
		return ""
	}
	return short(d)
}
