// Package architecture holds no code, only the test that keeps the walls between the packages standing.
package architecture
