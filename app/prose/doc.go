// Package prose turns what people wrote into typed blocks, so that nothing a
// person sent is ever inserted as HTML (RELIABILITY T22). It reads plain mail
// first and a little Markdown second: what it does not understand stays text.
package prose
