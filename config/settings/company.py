"""The letterhead of documents, and who looks over what people attach."""

from config.settings.values import values

COMPANY_NAME = values["COMPANY_NAME"]
COMPANY_NAME_EN = values["COMPANY_NAME_EN"]
COMPANY_ADDRESS = values["COMPANY_ADDRESS"]
COMPANY_ADDRESS_EN = values["COMPANY_ADDRESS_EN"]
COMPANY_PHONE = values["COMPANY_PHONE"]
COMPANY_EMAIL = values["COMPANY_EMAIL"]
COMPANY_TAX_NUMBER = values["COMPANY_TAX_NUMBER"]
COMPANY_BANK = values["COMPANY_BANK"]
CLAMD_ADDRESS = values["CLAMD_ADDRESS"]
