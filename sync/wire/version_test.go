package wire_test

import (
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"go/parser"
	"go/token"
	"reflect"
	"sort"
	"strconv"
	"strings"
	"testing"

	"docket/app/desk"
	"docket/sync/wire"
)

// shapes is the shape of everything that travels, for each version. When the
// test below fails, somebody changed a message. Decide:
//
//   - an older peer reads it right (a new field it may ignore, and which may be
//     missing): write the new hash here;
//   - it would not: give the version the next number and a line of history in
//     version.go, add a line here, and keep reading the old form.
var shapes = map[int]string{
	1: "e3f93a3d1027a7ae",
}

func TestShapeOfTheProtocol(t *testing.T) {
	var all []string
	seen := map[reflect.Type]bool{}
	for side, fs := range frames() {
		for _, f := range fs {
			all = append(all, fmt.Sprintf("frame %d %s %s", side, f.Type(), describe(reflect.TypeOf(f), seen, &all)))
		}
	}
	for _, c := range desk.Commands() {
		all = append(all, "command "+string(c.Kind())+" "+describe(reflect.TypeOf(c), seen, &all))
	}
	for _, v := range []any{
		desk.Page{},
		desk.Ticket{},
		desk.CustomerTicket{},
		desk.Entry{},
		desk.CustomerEntry{},
		desk.Desk{},
		desk.Organization{},
		desk.Person{},
		desk.PublicPerson{},
		desk.Article{},
		desk.CustomerArticle{},
		desk.Earlier{},
		desk.CustomerEarlier{},
		desk.OwnArticle{},
		desk.Comment{},
		desk.CustomerComment{},
		desk.Tally{},
		desk.Vote{},
		desk.Seen{},
		desk.Follow{},
	} {
		all = append(all, "body "+describe(reflect.TypeOf(v), seen, &all))
	}
	sort.Strings(all)
	sum := sha256.Sum256([]byte(strings.Join(all, "\n")))
	if got := hex.EncodeToString(sum[:8]); got != shapes[wire.Version] {
		t.Errorf("the shape of version %d is %s, recorded is %q; read the comment on shapes", wire.Version, got, shapes[wire.Version])
	}
}

// describe names a type and appends the fields of every struct in it to all.
func describe(t reflect.Type, seen map[reflect.Type]bool, all *[]string) string {
	switch t.Kind() {
	case reflect.Pointer:
		return "*" + describe(t.Elem(), seen, all)
	case reflect.Slice:
		return "[]" + describe(t.Elem(), seen, all)
	case reflect.Struct:
		if seen[t] || t.PkgPath() == "time" {
			return t.String()
		}
		seen[t] = true
		for i := range t.NumField() {
			f := t.Field(i)
			tag := f.Tag.Get("json")
			if tag == "-" || !f.IsExported() {
				continue
			}
			*all = append(*all, fmt.Sprintf("%s.%s %s", t, tag, describe(f.Type, seen, all)))
		}
		return t.String()
	case reflect.Interface:
		return "interface"
	}
	return t.Kind().String()
}

func TestEveryVersionHasItsLine(t *testing.T) {
	f, err := parser.ParseFile(token.NewFileSet(), "version.go", nil, parser.ParseComments)
	if err != nil {
		t.Fatal(err)
	}
	var text string
	for _, c := range f.Comments {
		text += c.Text()
	}
	for v := 1; v <= wire.Version; v++ {
		if !strings.Contains(text, "\n\t"+strconv.Itoa(v)+"  ") {
			t.Errorf("version %d has no line of history in version.go", v)
		}
		if _, ok := shapes[v]; !ok {
			t.Errorf("version %d has no recorded shape", v)
		}
	}
	if wire.Oldest < 1 || wire.Oldest > wire.OldestWriter || wire.OldestWriter > wire.Version {
		t.Errorf("oldest %d, oldest writer %d, version %d", wire.Oldest, wire.OldestWriter, wire.Version)
	}
}

func TestAgree(t *testing.T) {
	for _, c := range []struct {
		cMin, cMax, sMin, sMax, want int
		code                         desk.Code
	}{
		{1, 1, 1, 1, 1, ""},
		{1, 3, 2, 5, 3, ""},
		{2, 5, 1, 3, 3, ""},
		{1, 2, 3, 4, 0, desk.CodeClientOld},
		{3, 4, 1, 2, 0, desk.CodeServerOld},
	} {
		got, err := wire.Agree(c.cMin, c.cMax, c.sMin, c.sMax)
		var e *desk.Error
		if got != c.want || errors.As(err, &e) != (c.code != "") || e != nil && (e.Code != c.code || e.Message == "" || e.Hint == "") {
			t.Errorf("%+v: got %d, %v", c, got, err)
		}
	}
}
