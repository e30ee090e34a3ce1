package ledger

import (
	"fmt"

	"docket/app/desk"
	"docket/app/desk/policy"
)

// outageSchema keeps the emergencies that wait or are worked on, at their place
// in the order of the queue, so that who waits behind them is told how many.
const outageSchema = `
CREATE TABLE outages (department TEXT NOT NULL, place BLOB NOT NULL, PRIMARY KEY (department, place)) WITHOUT ROWID;
`

// mostBefore is up to how many are counted that stand before a request.
const mostBefore = 1000

// QueuePlace says where a ticket stands. It reads a row for each that stands
// before it.
func (tx *Tx) QueuePlace(t *desk.Ticket) (desk.QueuePlace, error) {
	queue, err := tx.standing(t, "SELECT place FROM queue WHERE department = ? AND place < ? ORDER BY place LIMIT ?")
	if err != nil {
		return desk.QueuePlace{}, err
	}
	outages, err := tx.standing(t, "SELECT place FROM outages WHERE department = ? AND place < ? ORDER BY place LIMIT ?")
	if err != nil {
		return desk.QueuePlace{}, err
	}
	return policy.Stands(t, queue, outages), nil
}

func (tx *Tx) standing(t *desk.Ticket, q string) (places [][]byte, err error) {
	err = tx.each(q, []any{string(t.Department), policy.Place(t), mostBefore}, func(scan func(...any) error) error {
		var p []byte
		if err := scan(&p); err != nil {
			return fmt.Errorf("read places: %w", err)
		}
		places = append(places, p)
		return nil
	})
	return places, err
}
