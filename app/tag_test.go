package app_test

import (
	"slices"
	"testing"
)

// Tags are kept by their one name, stand in the row at once, offline too, are
// offered to colleagues, and reach no customer.
func TestTags(t *testing.T) {
	_, elif, jonas, o := aTicket(t)
	jonas.offline()
	if err := jonas.api.SetTags(o.Ticket, []string{"  DNS ", "#Two words"}, nil); err != nil {
		t.Fatal(err)
	}
	v := jonas.ticket(o.Ticket)
	if !slices.Equal(v.Row.Tags, []string{"dns", "two-words"}) || v.Entries[len(v.Entries)-1].Line != "You added the tags dns, two-words" {
		t.Errorf("offline: %v, %q", v.Row.Tags, v.Entries[len(v.Entries)-1].Line)
	}
	if err := jonas.api.SetTags(o.Ticket, []string{"a;b"}, nil); err == nil {
		t.Error("what can be no tag was taken")
	}
	jonas.line.mend()
	jonas.live()
	until(t, "the tag is offered", func() bool {
		some, err := jonas.api.Tags("wor")
		return err == nil && slices.Equal(some, []string{"two-words"})
	})
	if row := jonas.rows("all_open").Rows[0]; !slices.Equal(row.Tags, []string{"dns", "two-words"}) {
		t.Errorf("the list shows %v", row.Tags)
	}
	if all, err := jonas.api.Tags(""); err != nil || len(all) != 2 {
		t.Errorf("offered %v, %v", all, err)
	}
	if err := jonas.api.SetTags(o.Ticket, nil, []string{"dns", "two-words"}); err != nil {
		t.Fatal(err)
	}
	until(t, "nobody has it and nobody is offered it", func() bool {
		some, err := jonas.api.Tags("")
		return err == nil && len(some) == 0
	})
	if e := elif.ticket(o.Ticket); len(e.Row.Tags) > 0 || e.Can.Tags {
		t.Errorf("a customer has tags: %+v", e.Row.Tags)
	}
	if some, err := elif.api.Tags(""); err != nil || len(some) > 0 {
		t.Errorf("a customer is offered tags: %v, %v", some, err)
	}
}
