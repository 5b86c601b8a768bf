// SPDX-License-Identifier: Apache-2.0
pragma solidity ^0.8.24;

import {Ownable} from "@openzeppelin/contracts/access/Ownable.sol";
import {ERC20} from "@openzeppelin/contracts/token/ERC20/ERC20.sol";

/// @title A token for tests and demonstrations with the roles and names of the JPYC family.
/// @notice Not for money. Owner above pauser and blocklister.
contract DemoJpycToken is ERC20, Ownable {
    bool public paused;
    address public pauser;
    address public blocklister;
    mapping(address account => bool) public isBlocklisted;

    event Pause();
    event Unpause();
    event Blocklisted(address indexed account);
    event UnBlocklisted(address indexed account);
    event PauserChanged(address indexed pauser);
    event BlocklisterChanged(address indexed blocklister);

    error CallerNotPauser(address caller);
    error CallerNotBlocklister(address caller);
    error TokenPaused();
    error AccountBlocklisted(address account);

    constructor(string memory name_, string memory symbol_, address owner_) ERC20(name_, symbol_) Ownable(owner_) {
        pauser = owner_;
        blocklister = owner_;
    }

    modifier onlyPauser() {
        if (msg.sender != pauser) revert CallerNotPauser(msg.sender);
        _;
    }

    modifier onlyBlocklister() {
        if (msg.sender != blocklister) revert CallerNotBlocklister(msg.sender);
        _;
    }

    function decimals() public pure override returns (uint8) {
        return 18;
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

    function blocklist(address account) external onlyBlocklister {
        isBlocklisted[account] = true;
        emit Blocklisted(account);
    }

    function unBlocklist(address account) external onlyBlocklister {
        isBlocklisted[account] = false;
        emit UnBlocklisted(account);
    }

    function updatePauser(address to) external onlyOwner {
        pauser = to;
        emit PauserChanged(to);
    }

    function updateBlocklister(address to) external onlyOwner {
        blocklister = to;
        emit BlocklisterChanged(to);
    }

    function _update(address from, address to, uint256 amount) internal override {
        if (paused) revert TokenPaused();
        if (isBlocklisted[from]) revert AccountBlocklisted(from);
        if (isBlocklisted[to]) revert AccountBlocklisted(to);
        super._update(from, to, amount);
    }
}
