package mutants_test

// access are the checks that must notice a negated condition of
// app/desk/access.
var access = []attempt{
	try("visibility", "-n", "600", "-seed", "1", "-depth", "3"),
	try("twins", "-n", "20", "-seed", "1"),
	try("visibility", "-n", "10000", "-seed", "1", "-depth", "0"),
}

var edits = []edit{
	{
		name: "queued-before-fsync", file: "storage/outbox/log.go",
		old:    "return err\n\t}\n\treturn l.f.Sync()\n}",
		new:    "return err\n\t}\n\tif mutantIs(\"queued-before-fsync\") {\n\t\treturn nil\n\t}\n\treturn l.f.Sync()\n}",
		caught: []attempt{try("power", "-n", "1", "-seed", "1")},
	},
	{
		name: "confirmed-before-commit", file: "sync/authority/commit.go",
		old:    "\t\treturn nil\n\t})\n\tif err == nil {\n\t\ta.cfg.Committed(commands, time.Since(start))\n\t\ta.tell(moved)\n\t\tfor i, j := range batch {",
		new:    "\t\tif mutantIs(\"confirmed-before-commit\") {\n\t\t\ta.tell(moved)\n\t\t\tfor i, j := range batch {\n\t\t\t\ta.finish(j, steps[i])\n\t\t\t}\n\t\t\ttime.Sleep(200 * time.Millisecond)\n\t\t}\n\t\treturn nil\n\t})\n\tif err == nil && mutantIs(\"confirmed-before-commit\") {\n\t\treturn\n\t}\n\tif err == nil {\n\t\ta.cfg.Committed(commands, time.Since(start))\n\t\ta.tell(moved)\n\t\tfor i, j := range batch {",
		caught: []attempt{try("crash", "-n", "10", "-seed", "1")},
	},
	{
		name: "no-dedupe", file: "sync/authority/decide.go",
		old:    "if p.DSeq <= dev.LastDSeq {",
		new:    "if p.DSeq <= dev.LastDSeq && !mutantIs(\"no-dedupe\") {",
		caught: []attempt{try("order", "-n", "10", "-seed", "1")},
	},
	{
		name: "purge-skipped", file: "storage/cache/purge.go",
		old:    "func (w *writer) purge(t tid, rec *record) error {\n",
		new:    "func (w *writer) purge(t tid, rec *record) error {\n\tif mutantIs(\"purge-skipped\") {\n\t\treturn nil\n\t}\n",
		caught: []attempt{try("visibility", "-n", "600", "-seed", "1", "-depth", "2")},
	},
	{
		name: "forgotten-is-read-whole", file: "storage/ledger/later.go",
		old:    "(k == nil || k.laterIn(lane) > 0)",
		new:    "(k == nil && !mutantIs(\"forgotten-is-read-whole\") || k != nil && k.laterIn(lane) > 0)",
		caught: []attempt{try("twins", "-n", "20", "-seed", "1")},
	},
	{
		name: "told-before-they-came", file: "storage/ledger/later.go",
		old:    "\tif begins <= 1 {\n",
		new:    "\tif begins <= 1 || mutantIs(\"told-before-they-came\") {\n",
		caught: []attempt{try("visibility", "-n", "600", "-seed", "1", "-depth", "3")},
	},
	{
		name: "filter-off-on-resume", file: "sync/hub/session.go",
		old: "func (s *Session) welcome(f *wire.Hello) error {",
		new: `func mutantLanes(a desk.Actor, f *wire.Hello) []desk.LaneID {
	lanes := access.LanesFor(a)
	if mutantIs("filter-off-on-resume") {
		for _, c := range f.Lanes {
			lanes = append(lanes, c.Lane)
		}
		slices.Sort(lanes)
		lanes = slices.Compact(lanes)
	}
	return lanes
}

func (s *Session) welcome(f *wire.Hello) error {`,
		caught: []attempt{try("visibility", "-n", "5000", "-seed", "1", "-depth", "0")},
	},
	{
		name: "filter-off-on-resume", file: "sync/hub/session.go",
		old: "if again = !slices.Equal(names, access.LanesFor(st.actor)); again {",
		new: "if again = !slices.Equal(names, mutantLanes(st.actor, f)); again {",
	},
	{
		name: "filter-off-on-resume", file: "sync/hub/session.go",
		old: "		})\n		if err != nil {\n			return s.faulty(\"hello\", err)\n		}\n		s.subscribe(access.LanesFor(st.actor))",
		new: "		})\n		if err != nil {\n			return s.faulty(\"hello\", err)\n		}\n		s.subscribe(mutantLanes(st.actor, f))",
	},
	{
		name: "cursor-before-apply", file: "storage/cache/lanes.go",
		old:    "\t\tfor _, it := range b.Items {\n\t\t\tif err := w.item(st, st.Gen, it); err != nil {",
		new:    "\t\tif mutantIs(\"cursor-before-apply\") {\n\t\t\tnext := *st\n\t\t\tnext.Seq, next.Hash = b.Last, b.Hash\n\t\t\tif err := w.putLane(b.Lane, next); err != nil {\n\t\t\t\treturn err\n\t\t\t}\n\t\t\tif err := w.flush(); err != nil {\n\t\t\t\treturn err\n\t\t\t}\n\t\t}\n\t\tfor _, it := range b.Items {\n\t\t\tif err := w.item(st, st.Gen, it); err != nil {",
		caught: []attempt{try("sim", "-n", "10", "-seed", "1"), try("power", "-n", "40", "-seed", "1")},
	},
}
