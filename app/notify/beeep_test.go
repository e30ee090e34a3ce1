package notify

import (
	"strings"
	"testing"
)

func TestPlainSendsNothingUnchecked(t *testing.T) {
	var got []string
	p := &Plain{send: func(title, body, icon string) error { got = append(got, title, body); return nil }}
	if err := p.Show(Toast{Title: "]]>$(calc)", Body: "#20418 `x` \"@\n$(calc)"}); err != nil {
		t.Fatal(err)
	}
	for _, s := range got {
		if strings.ContainsAny(s, "$`\"]>@\n") {
			t.Errorf("sent %q", s)
		}
	}
	if !strings.HasPrefix(got[1], "#20418") {
		t.Errorf("the number is gone: %q", got[1])
	}
}
