// Package mutants turns the checks on broken programs. A check that has never
// failed is no evidence, so each of a list of defects is built into the product
// with a build overlay, all in one build and each switched on by a variable,
// and the check named for it must fail.
package mutants
