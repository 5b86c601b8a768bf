// SPDX-License-Identifier: Apache-2.0
pragma solidity ^0.8.24;

import {Ownable} from "@openzeppelin/contracts/access/Ownable.sol";
import {ERC20} from "@openzeppelin/contracts/token/ERC20/ERC20.sol";

/// @title A token for tests and demonstrations with the roles and names of the FiatToken family.
/// @notice Not for money. Owner above pauser and blacklister; pausing twice is no error, as in that family.
contract DemoFiatToken is ERC20, Ownable {
    bool public paused;
    address public pauser;
    address public blacklister;
    mapping(address account => bool) public isBlacklisted;

    event Pause();
    event Unpause();
    event Blacklisted(address indexed account);
    event UnBlacklisted(address indexed account);
    event PauserChanged(address indexed pauser);
    event BlacklisterChanged(address indexed blacklister);

    error CallerNotPauser(address caller);
    error CallerNotBlacklister(address caller);
    error TokenPaused();
    error AccountBlacklisted(address account);

    constructor(string memory name_, string memory symbol_, address owner_) ERC20(name_, symbol_) Ownable(owner_) {
        pauser = owner_;
        blacklister = owner_;
    }

    modifier onlyPauser() {
        if (msg.sender != pauser) revert CallerNotPauser(msg.sender);
        _;
    }

    modifier onlyBlacklister() {
        if (msg.sender != blacklister) revert CallerNotBlacklister(msg.sender);
        _;
    }

    function decimals() public pure override returns (uint8) {
        return 6;
    }

    function mint(address to, uint256 amount) external onlyOwner {
        _mint(to, amount);
    }

    function pause() external onlyPauser {
        paused = true;
        emit Pause();
    }

    function unpause() external onlyPauser {
        paused = false;
        emit Unpause();
    }

    function blacklist(address account) external onlyBlacklister {
        isBlacklisted[account] = true;
        emit Blacklisted(account);
    }

    function unBlacklist(address account) external onlyBlacklister {
        isBlacklisted[account] = false;
        emit UnBlacklisted(account);
    }

    function updatePauser(address to) external onlyOwner {
        pauser = to;
        emit PauserChanged(to);
    }

    function updateBlacklister(address to) external onlyOwner {
        blacklister = to;
        emit BlacklisterChanged(to);
    }

    function _update(address from, address to, uint256 amount) internal override {
        if (paused) revert TokenPaused();
        if (isBlacklisted[from]) revert AccountBlacklisted(from);
        if (isBlacklisted[to]) revert AccountBlacklisted(to);
        super._update(from, to, amount);
    }
}
