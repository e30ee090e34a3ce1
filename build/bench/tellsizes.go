//go:build linux

package main

import "fmt"

// What PouchDB was measured at on a machine of this class; it is not installed.
const (
	pouchDocs      = 5700.
	pouchEmpty     = 10.4
	pouchHundred   = 59.6
	listAtMost     = 1000.
	idleAtMost     = 60.
	syncAtMost     = 150.
	emptyBytesMost = 500.
)

// tellSizes prints the figures that the sizes gave; the verdict is of the
// largest, or says how they compare.
func (b *bench) tellSizes(all []size) {
	first, big := all[0], all[len(all)-1]
	quiet := 0
	var others []float64
	for _, s := range all {
		others = append(others, s.others)
	}
	if big.others <= busy {
		quiet = 1
	}
	detail := map[string]any{}
	for _, s := range all {
		detail[fmt.Sprint(s.tickets)] = map[string]any{
			"docs/s": round(s.docs), "list ms": s.list, "whole ms": s.whole, "wire/raw": round(s.wire / s.raw), "peak MiB": round(s.peak), "idle MiB": round(s.idle),
			"mapped MiB": round(s.mapped), "warm ms": s.warm, "killed ms": s.killed, "cold ms": s.cold, "page p50 ms": s.page.P50, "page p99 ms": s.page.P99,
			"return ms": medianMS(s.back), "return down": down(s.back), "return up": up(s.back), "return rows": s.backRows,
			"100 changed ms": round(s.manyMS), "100 changed down": s.manyDown, "100 changed rows each": s.perRow, "others %": s.others,
		}
	}
	small := len(all) < 2
	tell := func(f figure, ok bool) {
		f.Rounds, f.Others = 1, others
		if small {
			f.note(fmt.Sprintf("smoke: %d tickets only", big.tickets))
			b.print(f)
			return
		}
		b.print(f.judged(ok, quiet))
	}
	tell(figure{
		Figure: "S1", Value: big.docs, Unit: "docs/s of a first sync, into the client's store", Goal: "≥ 15× PouchDB, ≤ 0.5× raw bytes on the wire, list ≤ 10 % of the time and ≤ 1 s",
		Versus: map[string]float64{"pouchdb (recorded)": pouchDocs}, Detail: detail,
	}, big.docs >= 15*pouchDocs && big.wire <= .5*big.raw && big.list <= .1*big.whole && big.list <= listAtMost)
	back := medianMS(big.back)
	tell(figure{
		Figure: "S2", Value: back, Unit: "ms to come back with nothing missed", Goal: "≤ 0.2× PouchDB, ≤ 500 B, within 20 % at every size",
		Versus: map[string]float64{"pouchdb (recorded)": pouchEmpty}, Detail: map[string]any{"rows read": [2]float64{first.backRows, big.backRows}, "bytes down, handshake included": down(big.back)},
	}, back <= .2*pouchEmpty && down(big.back) <= emptyBytesMost && within(back, medianMS(first.back), .2))
	tell(figure{
		Figure: "S3", Value: big.manyMS, Unit: "ms to come back with 100 tickets changed", Goal: "≤ 0.15× PouchDB, ≤ 3 rows read per changed record at every size",
		Versus: map[string]float64{"pouchdb (recorded)": pouchHundred}, Detail: map[string]any{"rows read per changed ticket": [2]float64{first.perRow, big.perRow}},
		Note: "a changed ticket is two records: its head and its new entry",
	}, big.manyMS <= .15*pouchHundred && big.perRow/2 <= 3)
	tell(figure{
		Figure: "C1", Value: big.page.P99, Unit: "ms p99 of a page of 50", Goal: "≤ 1 ms in Go, within 1.5× of that at 1k",
		Detail: map[string]any{"p50": big.page.P50, "p99 at the smallest": first.page.P99, "p50 and p99 right after the first sync": []float64{big.early.P50, big.early.P99}},
	}, big.page.P99 <= 1 && big.page.P99 <= 1.5*first.page.P99)
	tell(figure{
		Figure: "C4", Value: big.warm, Unit: "ms from a warm start to the first rows, in Go", Goal: "≤ 25 warm, ≤ 300 cold, ≤ 200 after SIGKILL",
		Detail: map[string]any{"cold": big.cold, "after SIGKILL": big.killed},
	}, big.warm <= 25 && big.cold <= 300 && big.killed <= 200)
	quiet = 1 // memory does not depend on who else uses the processor
	tell(figure{
		Figure: "C5", Value: big.idle, Unit: "MiB of the client's own memory, idle", Goal: "≤ 60 idle, ≤ 150 during the first sync, with 1.1 M records",
		Detail: map[string]any{"peak of the first sync": big.peak, "mapped": big.mapped},
	}, big.idle <= idleAtMost && big.peak <= syncAtMost)
}

func down(all []said) float64 {
	var out []float64
	for _, s := range all {
		out = append(out, float64(s.Down))
	}
	return median(out)
}

func up(all []said) float64 {
	var out []float64
	for _, s := range all {
		out = append(out, float64(s.Up))
	}
	return median(out)
}

func within(a, b, part float64) bool { return a <= b*(1+part) && a >= b*(1-part) }
