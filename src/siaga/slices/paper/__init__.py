"""What the control room works with when Siaga is away: numbered slips, the phone list, copying slips in again; and the
head of official papers."""

from ...kernel.fields import All
from ...kernel.slice import Does, Shows, Slice
from ..intake.events import IncidentOpened
from . import events, rules, tables

DESK = ("call-taker", "dispatcher", "shift-leader")
KEEPERS = ("shift-leader", "administrator", "planner")
READERS = (*DESK, "administrator", "planner", "reporter")
LETTER_READERS = (*READERS, "commander", "coordinator", "trainer")
NODE = "node"
"""The node itself, which prints a pack every night."""

SLICE = Slice(
    name="paper",
    events=(
        events.SlipsPrinted,
        events.SlipEntered,
        events.SlipVoided,
        events.ContactSet,
        events.ContactRemoved,
        events.LetterheadSet,
        events.LogoSet,
        events.LogoRemoved,
    ),
    commands={
        rules.PrintSlips: Does((*DESK, NODE), tables.packs_known, rules.print_slips),
        rules.EnterSlip: Does(DESK, tables.slip_known, rules.enter_slip),
        rules.VoidSlip: Does(DESK, tables.slip_known, rules.void_slip),
        rules.SetContact: Does(KEEPERS, tables.contact_known, rules.set_contact),
        rules.RemoveContact: Does(KEEPERS, tables.contact_known, rules.remove_contact),
        rules.SetLetterhead: Does("administrator", tables.letterhead_known, rules.set_letterhead),
        rules.SetLogo: Does("administrator", tables.logo_known, rules.set_logo),
        rules.RemoveLogo: Does("administrator", tables.logo_known, rules.remove_logo),
    },
    projections={
        IncidentOpened: tables.incident_opened,
        events.SlipsPrinted: tables.slips_printed,
        events.SlipEntered: tables.slip_entered,
        events.SlipVoided: tables.slip_voided,
        events.ContactSet: tables.contact_set,
        events.ContactRemoved: tables.contact_removed,
        events.LetterheadSet: tables.letterhead_set,
        events.LogoSet: tables.logo_set,
        events.LogoRemoved: tables.logo_removed,
    },
    views={
        "packs": Shows(READERS, All, tables.packs, reads=("paper_pack",)),
        "slips": Shows(
            READERS, All, tables.slips, reads=("paper_pack", "paper_slip", "paper_incident", "vault_erasure")
        ),
        "letterhead": Shows(LETTER_READERS, All, tables.letterhead, reads=("paper_letterhead",)),
        "logo": Shows(LETTER_READERS, All, tables.logo, reads=("paper_logo",)),
        "contacts": Shows((*READERS, NODE), All, tables.contacts, reads=("paper_contact", "vault_erasure")),
    },
    schema=tables.SCHEMA,
)
