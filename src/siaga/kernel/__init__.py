"""The mechanism: asks, rules, the log, tables and views. It contains no fire-service word."""
