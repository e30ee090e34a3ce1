package flow_test

import (
	"fmt"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"
	_ "time/tzdata"

	"docket/app/desk"
)

// moment reads a time since the start, such as 2h, or one of a clock.
func moment(text string) (time.Time, error) {
	if d, err := time.ParseDuration(text); err == nil {
		return start.Add(d), nil
	}
	return onTheWall(text)
}

// onTheWall reads "2026-03-27 16:50 Europe/Berlin", with seconds or without,
// and for an hour that comes twice "2026-10-25 02:30 +0100".
func onTheWall(text string) (time.Time, error) {
	f := strings.Fields(text)
	if len(f) != 3 {
		return time.Time{}, fmt.Errorf("%q is no time", text)
	}
	layout := "2006-01-02 15:04"
	if strings.Count(f[1], ":") == 2 {
		layout += ":05"
	}
	if at, err := time.Parse(layout+" -0700", text); err == nil {
		return at.UTC(), nil
	}
	zone, err := time.LoadLocation(f[2])
	if err != nil {
		return time.Time{}, err
	}
	at, err := time.ParseInLocation(layout, f[0]+" "+f[1], zone)
	return at.UTC(), err
}

// hours changes when a department is open: DEPT ZONE DAYS FROM TO closed=A,B;
// without days and times it is day and night.
func (w *world) hours(words []string) error {
	d := w.place.Departments[desk.DeptID(words[0])]
	d.Open = desk.Calendar{Zone: words[1]}
	for _, x := range words[2:] {
		if dates, ok := strings.CutPrefix(x, "closed="); ok {
			d.Open.Closed = strings.Split(dates, ",")
			words = slices.DeleteFunc(words, func(w string) bool { return w == x })
		}
	}
	if len(words) > 2 {
		names := []string{"sun", "mon", "tue", "wed", "thu", "fri", "sat"}
		first, last, _ := strings.Cut(words[2], "-")
		from, err := time.Parse("15:04", words[3])
		if err != nil {
			return err
		}
		to, err := time.Parse("15:04", words[4])
		if err != nil {
			return err
		}
		for i := slices.Index(names, first); i <= slices.Index(names, last); i++ {
			d.Open.Week = append(d.Open.Week, desk.Span{Day: time.Weekday(i), From: from.Hour()*60 + from.Minute(), To: to.Hour()*60 + to.Minute()})
		}
	}
	w.place.Departments[d.ID] = d
	return nil
}

// standing are the rows of BEHAVIOURS that hold in this package. Each is named
// by the history that holds it.
var standing = strings.Fields(`0.4 0.5 0.9 0.11 0.12 0.13 0.16 0.18 0.19 0.23 1.1 1.10 1.11 1.15 1.22 1.25 1.28 1.29 1.30 1.31
	2.13 2.14 2.15 3.5 3.6 3.10 3.11 3.13 4.2 4.3 4.4 4.5 4.6 4.7 4.8 4.11 4.12 4.13 4.14 N1 N3 N8 N9`)

func TestEveryRowHasAHistory(t *testing.T) {
	named := rowsNamed(t)
	for _, row := range standing {
		if !named[row] {
			t.Errorf("no history names row %s at its head", row)
		}
	}
}

// rowsNamed are the rows that the comments over histories name.
func rowsNamed(t *testing.T) map[string]bool {
	t.Helper()
	files, err := filepath.Glob("testdata/*.txt")
	if err != nil {
		t.Fatal(err)
	}
	named := map[string]bool{}
	for _, f := range files {
		b, err := os.ReadFile(f)
		if err != nil {
			t.Fatal(err)
		}
		for _, head := range aHead.FindAllString(string(b), -1) {
			for _, r := range aRow.FindAllString(head, -1) {
				named[r] = true
			}
		}
	}
	return named
}

var (
	aHead = regexp.MustCompile(`(?m)^# BEHAVIOURS .*(?:\n#.*)*\n\nhistory `)
	aRow  = regexp.MustCompile(`\b(?:N[1-9][0-9]?|[0-4]\.[0-9]{1,2})\b`)
)

// zone declares the clock on somebody's wall, or on an organization's.
func (w *world) zone(of, name string) {
	if o, is := w.place.Orgs[desk.OrgID(of)]; is {
		o.Zone = name
		w.place.Orgs[o.ID] = o
		return
	}
	p := w.place.People[desk.PersonID(of)]
	p.Zone = name
	w.place.People[p.ID] = p
}
