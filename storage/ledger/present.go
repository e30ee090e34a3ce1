package ledger

import (
	"cmp"
	"fmt"
	"slices"
	"time"

	"docket/app/desk"
)

// presentSchema keeps who is connected to which of the servers that share the
// database, and until when each server is believed. Neither is in a backup: it is
// worth nothing a minute later.
const presentSchema = `
CREATE TABLE servers (name TEXT PRIMARY KEY, until BIGINT NOT NULL) WITHOUT ROWID;
CREATE TABLE present (server TEXT NOT NULL, person TEXT NOT NULL, ticket TEXT NOT NULL, writing BIGINT NOT NULL, chats BIGINT NOT NULL,
	PRIMARY KEY (server, person, ticket)) WITHOUT ROWID;
CREATE INDEX present_ticket ON present (ticket);
`

// Shared reports whether other servers may serve the same database.
func (l *Ledger) Shared() bool { return l.d.numbered }

// Attend says who is at this server now, for the others to read until then, and
// forgets the servers that are not believed any more. It writes what is
// different from the last time, and gives what was looked at where a server ended.
func (tx *Tx) Attend(people []desk.Present, now, until time.Time) ([]desk.TicketID, error) {
	want := map[presentKey]desk.Present{}
	for _, p := range people {
		k := presentKey{p.Person, p.Ticket}
		was := want[k]
		p.Writing, p.Chats = p.Writing || was.Writing, p.Chats || was.Chats
		want[k] = p
	}
	if _, err := tx.put("INSERT INTO servers (name, until) VALUES (?, ?) ON CONFLICT (name) DO UPDATE SET until = excluded.until", tx.l.name, millis(until)); err != nil {
		return nil, fmt.Errorf("write server: %w", err)
	}
	ended, err := tx.bury(now)
	if err != nil {
		return nil, err
	}
	moved := slices.Clone(ended)
	have, err := tx.presence("SELECT person, ticket, writing, chats FROM present WHERE server = ?", tx.l.name)
	if err != nil {
		return nil, err
	}
	for _, p := range have {
		k := presentKey{p.Person, p.Ticket}
		if want[k] == p {
			delete(want, k)
			continue
		}
		moved = append(moved, p.Ticket)
		if _, stays := want[k]; stays {
			continue
		}
		if _, err := tx.put("DELETE FROM present WHERE server = ? AND person = ? AND ticket = ?", tx.l.name, string(p.Person), string(p.Ticket)); err != nil {
			return nil, fmt.Errorf("forget who was there: %w", err)
		}
	}
	for k, p := range want {
		moved = append(moved, k.ticket)
		if _, err := tx.put(`INSERT INTO present (server, person, ticket, writing, chats) VALUES (?, ?, ?, ?, ?)
			ON CONFLICT (server, person, ticket) DO UPDATE SET writing = excluded.writing, chats = excluded.chats`,
			tx.l.name, string(p.Person), string(p.Ticket), flag(p.Writing), flag(p.Chats)); err != nil {
			return nil, fmt.Errorf("write who is there: %w", err)
		}
	}
	tx.looked = tickets(moved)
	return tickets(ended), nil
}

// tickets gives each once, in order, without the one that is none.
func tickets(all []desk.TicketID) []desk.TicketID {
	slices.Sort(all)
	return slices.DeleteFunc(slices.Compact(all), func(t desk.TicketID) bool { return t == "" })
}

type presentKey struct {
	person desk.PersonID
	ticket desk.TicketID
}

// bury forgets the servers that ended without a word, and gives what was looked
// at there.
func (tx *Tx) bury(now time.Time) (moved []desk.TicketID, err error) {
	var over []string
	if err := tx.each("SELECT name FROM servers WHERE until <= ? AND name <> ?", []any{millis(now), tx.l.name}, func(scan func(...any) error) error {
		var name string
		err := scan(&name)
		over = append(over, name)
		return err
	}); err != nil {
		return nil, fmt.Errorf("read servers: %w", err)
	}
	for _, name := range over {
		was, err := tx.presence("SELECT person, ticket, writing, chats FROM present WHERE server = ?", name)
		if err != nil {
			return nil, err
		}
		for _, p := range was {
			moved = append(moved, p.Ticket)
		}
		for _, q := range []string{"DELETE FROM present WHERE server = ?", "DELETE FROM servers WHERE name = ?"} {
			if _, err := tx.put(q, name); err != nil {
				return nil, fmt.Errorf("forget server: %w", err)
			}
		}
	}
	return moved, nil
}

// Elsewhere gives who of the team is at the other servers that are believed now.
func (tx *Tx) Elsewhere(now time.Time) ([]desk.Present, error) {
	return tx.presence(`SELECT person, ticket, writing, chats FROM present JOIN servers ON servers.name = present.server
		WHERE server <> ? AND until > ?`, tx.l.name, millis(now))
}

// OnTicketElsewhere gives those of them who look at a ticket.
func (tx *Tx) OnTicketElsewhere(t desk.TicketID, now time.Time) ([]desk.Present, error) {
	return tx.presence(`SELECT person, ticket, writing, chats FROM present JOIN servers ON servers.name = present.server
		WHERE ticket = ? AND server <> ? AND until > ?`, string(t), tx.l.name, millis(now))
}

func (tx *Tx) presence(q string, args ...any) (out []desk.Present, err error) {
	err = tx.each(q, args, func(scan func(...any) error) error {
		var p desk.Present
		var writing, chats int64
		if err := scan(&p.Person, &p.Ticket, &writing, &chats); err != nil {
			return err
		}
		p.Writing, p.Chats = writing > 0, chats > 0
		out = append(out, p)
		return nil
	})
	if err != nil {
		return nil, fmt.Errorf("read who is there: %w", err)
	}
	slices.SortFunc(out, func(a, b desk.Present) int {
		return cmp.Or(cmp.Compare(a.Person, b.Person), cmp.Compare(a.Ticket, b.Ticket))
	})
	return out, nil
}

func flag(yes bool) int64 {
	if yes {
		return 1
	}
	return 0
}
